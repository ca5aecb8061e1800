package drains

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// tracesProtobuf encodes the spans as OTLP.
func tracesProtobuf(requests []request) (body []byte, rows int, err error) {
	traces := traces(requests)
	body, err = new(ptrace.ProtoMarshaler).MarshalTraces(traces)
	return body, traces.SpanCount(), err
}

// tracesJSON encodes the spans as OTLP in Vercel's variant: the kind of a span is a word, where
// OTLP has a number.
func tracesJSON(requests []request) (body []byte, rows int, err error) {
	traces := traces(requests)
	body, err = new(ptrace.JSONMarshaler).MarshalTraces(traces)
	for kind, word := range map[ptrace.SpanKind]string{
		ptrace.SpanKindServer: "server", ptrace.SpanKindClient: "client", ptrace.SpanKindInternal: "internal",
	} {
		body = bytes.ReplaceAll(body, fmt.Appendf(nil, `"kind":%d,`, kind), fmt.Appendf(nil, `"kind":%q,`, word))
	}
	return body, traces.SpanCount(), err
}

// traces returns the spans of each environment, which differ in their resource.
func traces(requests []request) ptrace.Traces {
	traces := ptrace.NewTraces()
	for _, environment := range []string{production, preview} {
		resource := traces.ResourceSpans().AppendEmpty()
		describe(resource.Resource().Attributes(), row{
			"service.name": "marketplace", "deployment.environment.name": environment, "env": environment,
			"cloud.provider": "vercel", "cloud.region": region,
			"vercel.projectId": project, "vercel.deploymentId": deployment, "vercel.runtime": "nodejs",
		})
		scope := resource.ScopeSpans().AppendEmpty()
		scope.Scope().SetName("vercel")
		for _, r := range requests {
			if r.environment == environment && r.traced() {
				r.appendSpans(scope.Spans())
			}
		}
	}
	traces.ResourceSpans().RemoveIf(func(r ptrace.ResourceSpans) bool { return r.ScopeSpans().At(0).Spans().Len() == 0 })
	return traces
}

// appendSpans adds the request, its route handler, which must not count as another request, and its
// calls of services.
func (r request) appendSpans(spans ptrace.SpanSlice) {
	r.describeRoot(spans)
	if !r.page {
		handler := r.span(spans, r.handler, r.root, "executing api route (app) "+r.route, ptrace.SpanKindInternal, r.began.Add(r.took/100), r.ended())
		describe(handler.Attributes(), row{"next.span_type": "AppRouteRouteHandlers.runHandler", "next.route": r.route})
	}
	for _, c := range r.calls {
		r.describeCall(spans, c)
	}
}

func (r request) describeRoot(spans ptrace.SpanSlice) {
	kind := ptrace.SpanKindServer
	if r.page {
		kind = ptrace.SpanKindInternal // as Next.js marks rendered pages
	}
	name := r.method + " " + r.route
	target, _, _ := strings.Cut(r.path, "?")
	span := r.span(spans, r.root, "", name, kind, r.began, r.ended())
	if r.status >= http.StatusInternalServerError {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	describe(span.Attributes(), row{
		"next.span_type": "BaseServer.handleRequest", "next.span_name": name, "next.route": r.route,
		"http.method": r.method, "http.route": r.route, "http.target": r.path, "http.status_code": r.status,
		"http.host": hostOf(r.environment), "http.user_agent": r.browser.agent, "operation.name": "web.request",
		"resource.name": name, "vercel.request_id": r.id, "vercel.matched_path": target,
	})
}

func (r request) describeCall(spans ptrace.SpanSlice, c call) {
	url := "https://" + c.host + c.path
	began := r.began.Add(c.offset)
	span := r.span(spans, c.span, r.root, "fetch "+c.method+" "+url, ptrace.SpanKindClient, began, began.Add(c.took))
	if c.status == 0 || c.status >= http.StatusBadRequest {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	attributes := row{
		"http.method": c.method, "http.url": url, "http.host": c.host, "net.peer.name": c.host, "operation.name": "fetch." + c.method,
	}
	if c.status != 0 {
		attributes["http.status_code"] = c.status
	}
	describe(span.Attributes(), attributes)
}

func (r request) span(spans ptrace.SpanSlice, id, parent, name string, kind ptrace.SpanKind, began, ended time.Time) ptrace.Span {
	span := spans.AppendEmpty()
	span.SetTraceID(pcommon.TraceID(decodeID[[16]byte](r.trace)))
	span.SetSpanID(pcommon.SpanID(decodeID[[8]byte](id)))
	span.SetParentSpanID(pcommon.SpanID(decodeID[[8]byte](parent)))
	span.SetName(name)
	span.SetKind(kind)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(began))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(ended))
	return span
}

func describe(attributes pcommon.Map, values row) {
	_ = attributes.FromRaw(values) // the values are strings and numbers
}

// decodeID decodes an id of this package; an empty text is the zero id of a missing parent.
func decodeID[ID [8]byte | [16]byte](text string) (id ID) {
	decoded, _ := hex.DecodeString(text)
	for i, b := range decoded {
		id[i] = b
	}
	return id
}
