package traces

import (
	"errors"
	"math"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// OTLP in protobuf is decoded field by field: unmarshaling a delivery takes a hundred times its
// size, and one invalid span would invalidate the others. The field numbers are those of
// opentelemetry-proto, trace/v1/trace.proto and common/v1/common.proto.

// field is one field of a message.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bytes  []byte // of a string, a message or bytes
	bits   uint64 // of other types
}

var errNotMessage = errors.New("not a protobuf message")

// walk calls visit for each field of a message, until one fails.
func walk(message []byte, visit func(field) error) error {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errNotMessage
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
			return errNotMessage
		}
		message = message[n:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// walkField walks over a message inside another. If it is invalid, only this message is rejected.
func (v *delivery) walkField(f field, visit func(field) error) error {
	if f.kind != protowire.BytesType {
		v.tally.Reject(row.WrongType)
		return nil
	}
	err := walk(f.bytes, visit)
	if errors.Is(err, errNotMessage) {
		v.tally.Reject(row.Malformed)
		return nil
	}
	return err
}

// decodeProtobuf decodes an ExportTraceServiceRequest, which has the same fields as TracesData.
func (v *delivery) decodeProtobuf(body []byte) error {
	err := walk(body, func(f field) error {
		if f.number != 1 { // resource_spans
			return nil
		}
		first, resource := len(v.entries), attributes{}
		err := v.walkField(f, func(f field) error {
			switch f.number {
			case 1: // resource
				return v.walkField(f, func(f field) error { return resource.decodeProtobuf(f, 1) })
			case 2: // scope_spans
				return v.walkField(f, v.decodeScopeField)
			}
			return nil
		})
		v.setEnvironment(first, &resource)
		return err
	})
	if errors.Is(err, errNotMessage) {
		return inbound.ErrMalformed
	}
	return err
}

func (v *delivery) decodeScopeField(f field) error {
	if f.number != 2 { // spans
		return nil
	}
	if !v.nextSpan() {
		return row.TooMany(v.maxSpans)
	}
	if f.kind != protowire.BytesType {
		v.tally.Reject(row.WrongType)
		return nil
	}
	var s protobufSpan
	if walk(f.bytes, s.decode) != nil {
		s.invalid = row.Malformed
	}
	v.add(&s.span, s.invalid)
	return nil
}

// protobufSpan is a span that is being decoded.
type protobufSpan struct {
	span
	invalid row.Reason // empty if the span is valid
}

func (s *protobufSpan) decode(f field) error {
	switch f.number {
	case 1:
		s.decodeID(f, s.trace[:])
	case 2:
		s.decodeID(f, s.id[:])
	case 4:
		s.decodeID(f, s.parent[:])
	case 5:
		s.name = string(f.bytes)
	case 6:
		s.kind = kindOf(strconv.FormatUint(f.bits, 10))
	case 7:
		s.start = f.bits
	case 8:
		s.end = f.bits
	case 9:
		return s.attributes.decodeProtobuf(f, 9)
	case 15:
		return walk(f.bytes, func(f field) error {
			if f.number == 3 {
				s.failed = isError(strconv.FormatUint(f.bits, 10))
			}
			return nil
		})
	}
	return nil
}

func (s *protobufSpan) decodeID(f field, into []byte) {
	switch {
	case f.kind != protowire.BytesType:
		s.invalid = row.WrongType
	case len(f.bytes) == len(into):
		copy(into, f.bytes)
	case len(f.bytes) > 0:
		s.invalid = row.BadValue
	}
}

// decodeProtobuf stores the attribute in f, if f has the given number.
func (a *attributes) decodeProtobuf(f field, number protowire.Number) error {
	if f.number != number {
		return nil
	}
	var key, value []byte
	err := walk(f.bytes, func(f field) error {
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
	return walk(value, func(f field) error {
		a.set(string(key), anyText(f))
		return nil
	})
}

// anyText returns the text of an AnyValue. Lists and objects are ignored.
func anyText(f field) string {
	switch f.number {
	case 1:
		return string(f.bytes)
	case 3:
		return strconv.FormatInt(int64(f.bits), 10) //nolint:gosec // protobuf encodes negative numbers so
	case 4:
		return strconv.FormatFloat(math.Float64frombits(f.bits), 'f', -1, 64)
	}
	return ""
}
