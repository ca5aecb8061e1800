package traces

import (
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

// walk calls visit for each field of a message, until one of them is invalid. It returns the
// reason.
func walk(message []byte, visit func(field) row.Reason) row.Reason {
	for len(message) > 0 {
		number, kind, n := protowire.ConsumeTag(message)
		if n < 0 {
			return row.Malformed
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
			return row.Malformed
		}
		message = message[n:]
		if invalid := visit(f); invalid != "" {
			return invalid
		}
	}
	return ""
}

// walk walks over the message that f is.
func (f field) walk(visit func(field) row.Reason) row.Reason {
	if f.kind != protowire.BytesType {
		return row.WrongType
	}
	return walk(f.bytes, visit)
}

// decodeProtobuf decodes an ExportTraceServiceRequest, which has the same fields as TracesData. An
// invalid message inside it does not affect the others.
func (v *delivery) decodeProtobuf(body []byte) error {
	invalid := walk(body, func(f field) row.Reason {
		if f.number == 1 { // resource_spans
			v.decodeResourceField(f)
		}
		return ""
	})
	if invalid != "" {
		return inbound.ErrMalformed
	}
	return nil
}

func (v *delivery) decodeResourceField(f field) {
	first, resource := len(v.entries), attributes{}
	v.tally.Reject(f.walk(func(f field) row.Reason {
		switch f.number {
		case 1: // resource
			v.tally.Reject(f.walk(func(f field) row.Reason { return resource.decodeProtobuf(f, 1) }))
		case 2: // scope_spans
			v.tally.Reject(f.walk(v.decodeScopeField))
		}
		return ""
	}))
	v.setEnvironment(first, &resource)
}

func (v *delivery) decodeScopeField(f field) row.Reason {
	if f.number == 2 && v.beginSpan() { // spans
		v.Reject(f.walk(v.decodeSpanField))
		v.addSpan()
	}
	return ""
}

func (v *delivery) decodeSpanField(f field) row.Reason {
	s := &v.span
	switch f.number {
	case 1:
		v.decodeID(f, s.trace[:])
	case 2:
		v.decodeID(f, s.id[:])
	case 4:
		v.decodeID(f, s.parent[:])
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
		return walk(f.bytes, func(f field) row.Reason {
			if f.number == 3 {
				s.failed = isError(strconv.FormatUint(f.bits, 10))
			}
			return ""
		})
	}
	return ""
}

func (v *delivery) decodeID(f field, into []byte) {
	switch {
	case f.kind != protowire.BytesType:
		v.Reject(row.WrongType)
	case len(f.bytes) == len(into):
		copy(into, f.bytes)
	case len(f.bytes) > 0:
		v.Reject(row.BadValue)
	}
}

// decodeProtobuf stores the attribute in f, if f has the given number.
func (a *attributes) decodeProtobuf(f field, number protowire.Number) row.Reason {
	if f.number != number {
		return ""
	}
	var key, value []byte
	invalid := walk(f.bytes, func(f field) row.Reason {
		switch f.number {
		case 1:
			key = f.bytes
		case 2:
			value = f.bytes
		}
		return ""
	})
	if invalid != "" || a.field(string(key)) == nil {
		return invalid
	}
	return walk(value, func(f field) row.Reason {
		a.set(string(key), anyText(f))
		return ""
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
