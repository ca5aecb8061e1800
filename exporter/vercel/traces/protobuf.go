package traces

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
)

// readProtobuf reads an ExportTraceServiceRequest, which has the same fields as TracesData.
func (t *take) readProtobuf(body []byte) error {
	var unmarshaler ptrace.ProtoUnmarshaler
	traces, err := unmarshaler.UnmarshalTraces(body)
	if err != nil {
		return batch.ErrMalformed // the error may have parts of the body in it
	}
	for _, resource := range traces.ResourceSpans().All() {
		first := len(t.entries)
		for _, scope := range resource.ScopeSpans().All() {
			for _, s := range scope.Spans().All() {
				if err := t.room(); err != nil {
					return err
				}
				read := spanOf(s)
				t.add(&read, "")
			}
		}
		var place attributes
		place.readAll(resource.Resource().Attributes())
		t.locate(first, &place)
	}
	return nil
}

func spanOf(s ptrace.Span) span {
	read := span{
		place:  place{traceID(s.TraceID()), spanID(s.SpanID())},
		parent: spanID(s.ParentSpanID()), name: s.Name(),
		began: uint64(s.StartTimestamp()), ended: uint64(s.EndTimestamp()),
		failed: s.Status().Code() == ptrace.StatusCodeError,
	}
	switch s.Kind() {
	case ptrace.SpanKindServer:
		read.kind = server
	case ptrace.SpanKindClient:
		read.kind = client
	case ptrace.SpanKindInternal:
		read.kind = internal
	default:
	}
	read.attributes.readAll(s.Attributes())
	return read
}

func (a *attributes) readAll(from pcommon.Map) {
	for key, value := range from.All() {
		if a.field(key) != nil {
			a.set(key, value.AsString())
		}
	}
}
