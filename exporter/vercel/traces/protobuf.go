package traces

import (
	"errors"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// OTLP's protobuf is walked over where it lies: to build all of a delivery before its spans can be counted takes a hundred
// times its size, and lets one bad span lose the others. The numbers of fields are those of opentelemetry-proto,
// trace/v1/trace.proto and common/v1/common.proto.

// field is one field of a message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte // of a text, a message or bytes
	bits   uint64 // of anything else
}

var errNoMessage = errors.New("no protobuf message")

// fields calls take for each field of a message, until one fails.
func fields(message []byte, take func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errNoMessage
		}
		message = message[n:]
		f := field{number: number, kind: kind}
		switch kind {
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			f.bits, n = protowire.ConsumeVarint(message)
		case protowire.Fixed64Type:
			f.bits, n = protowire.ConsumeFixed64(message)
		default:
			n = protowire.ConsumeFieldValue(number, kind, message)
		}
		if n < 0 {
			return errNoMessage
		}
		message = message[n:]
		if err := take(f); err != nil {
			return err
		}
	}
	return nil
}

// within walks over a message that is a field of another. If it is none, it costs itself alone.
func (t *take) within(f field, take func(field) error) error {
	if f.kind != protowire.BytesType {
		t.tally.Reject(batch.WrongType)
		return nil
	}
	err := fields(f.bytes, take)
	if errors.Is(err, errNoMessage) {
		t.tally.Reject(batch.Malformed)
		return nil
	}
	return err
}

// readProtobuf reads an ExportTraceServiceRequest, which has the same fields as TracesData.
func (t *take) readProtobuf(body []byte) error {
	err := fields(body, func(f field) error {
		if f.number != 1 { // resource_spans
			return nil
		}
		first, resource := len(t.entries), attributes{}
		err := t.within(f, func(f field) error {
			switch f.number {
			case 1: // resource
				return t.within(f, func(f field) error { return resource.readProtobuf(f, 1) })
			case 2: // scope_spans
				return t.within(f, t.readScopeField)
			}
			return nil
		})
		t.locate(first, &resource)
		return err
	})
	if errors.Is(err, errNoMessage) {
		return batch.ErrMalformed
	}
	return err
}

func (t *take) readScopeField(f field) error {
	if f.number != 2 { // spans
		return nil
	}
	if err := t.room(); err != nil {
		return err
	}
	if f.kind != protowire.BytesType {
		t.tally.Reject(batch.WrongType)
		return nil
	}
	var s protobufSpan
	if fields(f.bytes, s.read) != nil {
		s.bad = batch.Malformed
	}
	t.add(&s.span, s.bad)
	return nil
}

// protobufSpan is a span that is being read, and why it is bad if it is.
type protobufSpan struct {
	span
	bad batch.Reason
}

func (s *protobufSpan) read(f field) error {
	switch f.number {
	case 1:
		s.readID(f, s.trace[:])
	case 2:
		s.readID(f, s.id[:])
	case 4:
		s.readID(f, s.parent[:])
	case 5:
		s.name = string(f.bytes)
	case 6:
		s.kind = kindOf(strconv.FormatUint(f.bits, 10))
	case 7:
		s.began = f.bits
	case 8:
		s.ended = f.bits
	case 9:
		return s.attributes.readProtobuf(f, 9)
	case 15:
		return fields(f.bytes, func(f field) error {
			if f.number == 3 {
				s.failed = isError(strconv.FormatUint(f.bits, 10))
			}
			return nil
		})
	}
	return nil
}

func (s *protobufSpan) readID(f field, into []byte) {
	switch {
	case f.kind != protowire.BytesType:
		s.bad = batch.WrongType
	case len(f.bytes) == len(into):
		copy(into, f.bytes)
	case len(f.bytes) > 0:
		s.bad = batch.BadValue
	}
}

// readProtobuf takes over an attribute if f is one.
func (a *attributes) readProtobuf(f field, number protowire.Number) error {
	if f.number != number {
		return nil
	}
	var key, value []byte
	err := fields(f.bytes, func(f field) error {
		switch f.number {
		case 1:
			key = f.bytes
		case 2:
			value = f.bytes
		}
		return nil
	})
	if err != nil || a.field(string(key)) == nil {
		return err
	}
	return fields(value, func(f field) error {
		a.set(string(key), anyText(f))
		return nil
	})
}

// anyText is the text of what an AnyValue holds: a list or an object is none of those that are needed.
func anyText(f field) string {
	switch f.number {
	case 1:
		return string(f.bytes)
	case 3:
		return strconv.FormatInt(int64(f.bits), 10) //nolint:gosec // as protobuf has negative numbers
	case 4:
		return strconv.FormatFloat(math.Float64frombits(f.bits), 'f', -1, 64)
	}
	return ""
}
