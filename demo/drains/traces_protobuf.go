package drains

import (
	"encoding/hex"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

func tracesAsProtobuf(requests []request) (body []byte, spans int, err error) {
	traces := ptrace.NewTraces()
	for _, group := range byEnvironment(requests) {
		spans += len(group.spans)
		to := traces.ResourceSpans().AppendEmpty()
		putAll(to.Resource().Attributes(), resource(group.environment))
		scope := to.ScopeSpans().AppendEmpty()
		scope.Scope().SetName(scopeName)
		for _, s := range group.spans {
			s.put(scope.Spans().AppendEmpty())
		}
	}
	var marshaler ptrace.ProtoMarshaler
	body, err = marshaler.MarshalTraces(traces)
	return body, spans, err
}

func (s span) put(to ptrace.Span) {
	to.SetTraceID(pcommon.TraceID(bytesOf[[16]byte](s.trace)))
	to.SetSpanID(pcommon.SpanID(bytesOf[[8]byte](s.id)))
	to.SetParentSpanID(pcommon.SpanID(bytesOf[[8]byte](s.parent)))
	to.SetName(s.name)
	to.SetKind(map[string]ptrace.SpanKind{
		server: ptrace.SpanKindServer, client: ptrace.SpanKindClient, internal: ptrace.SpanKindInternal,
	}[s.kind])
	to.SetStartTimestamp(stamp(s.began))
	to.SetEndTimestamp(stamp(s.ended))
	if s.failed {
		to.Status().SetCode(ptrace.StatusCodeError)
	}
	putAll(to.Attributes(), s.attributes)
}

func putAll(to pcommon.Map, attributes []attribute) {
	for _, a := range attributes {
		if a.text == "" {
			to.PutInt(a.key, a.number)
			continue
		}
		to.PutStr(a.key, a.text)
	}
}

// bytesOf reads an id of ours; none is all zeros.
func bytesOf[ID [8]byte | [16]byte](text string) (id ID) {
	decoded, _ := hex.DecodeString(text)
	for i, b := range decoded {
		id[i] = b
	}
	return id
}

func stamp(t time.Time) pcommon.Timestamp { return pcommon.NewTimestampFromTime(t) }
