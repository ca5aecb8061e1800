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

// tracesJSON encodes the spans as OTLP in Vercel's variant: the kind of a span is a word, where OTLP has a number.
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
		describeResource(resource.Resource().Attributes(), environment)
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

func describeResource(attributes pcommon.Map, environment string) {
	attributes.PutStr("service.name", "marketplace")
	attributes.PutStr("deployment.environment.name", environment)
	attributes.PutStr("env", environment)
	attributes.PutStr("cloud.provider", "vercel")
	attributes.PutStr("cloud.region", region)
	attributes.PutStr("vercel.projectId", project)
	attributes.PutStr("vercel.deploymentId", deployment)
	attributes.PutStr("vercel.runtime", "nodejs")
}

// appendSpans adds the request, its route handler, and its calls of other services.
func (r request) appendSpans(spans ptrace.SpanSlice) {
	r.describeRoot(spans.AppendEmpty())
	if !r.page {
		r.describeHandler(spans.AppendEmpty())
	}
	for _, c := range r.calls {
		r.describeCall(spans.AppendEmpty(), c)
	}
}

func (r request) describeRoot(span ptrace.Span) {
	kind := ptrace.SpanKindServer
	if r.page {
		kind = ptrace.SpanKindInternal // as Next.js marks rendered pages
	}
	name := r.method + " " + r.route
	target, _, _ := strings.Cut(r.path, "?")
	r.describe(span, r.root, "", name, kind, r.began, r.ended())
	if r.status >= http.StatusInternalServerError {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	attributes := span.Attributes()
	attributes.PutStr("next.span_type", "BaseServer.handleRequest")
	attributes.PutStr("next.span_name", name)
	attributes.PutStr("next.route", r.route)
	attributes.PutStr("http.method", r.method)
	attributes.PutStr("http.route", r.route)
	attributes.PutStr("http.target", r.path)
	attributes.PutInt("http.status_code", int64(r.status))
	attributes.PutStr("http.host", hostOf(r.environment))
	attributes.PutStr("http.user_agent", r.agent)
	attributes.PutStr("operation.name", "web.request")
	attributes.PutStr("resource.name", name)
	attributes.PutStr("vercel.request_id", r.id)
	attributes.PutStr("vercel.matched_path", target)
}

// describeHandler describes a span that must not count as a request.
func (r request) describeHandler(span ptrace.Span) {
	r.describe(span, r.handler, r.root, "executing api route (app) "+r.route, ptrace.SpanKindInternal, r.began.Add(r.took/100), r.ended())
	span.Attributes().PutStr("next.span_type", "AppRouteRouteHandlers.runHandler")
	span.Attributes().PutStr("next.route", r.route)
}

func (r request) describeCall(span ptrace.Span, c call) {
	url := "https://" + c.host + c.path
	began := r.began.Add(c.offset)
	r.describe(span, c.span, r.root, "fetch "+c.method+" "+url, ptrace.SpanKindClient, began, began.Add(c.took))
	if c.status == 0 || c.status >= http.StatusBadRequest {
		span.Status().SetCode(ptrace.StatusCodeError)
	}
	attributes := span.Attributes()
	attributes.PutStr("http.method", c.method)
	attributes.PutStr("http.url", url)
	attributes.PutStr("http.host", c.host)
	attributes.PutStr("net.peer.name", c.host)
	attributes.PutStr("operation.name", "fetch."+c.method)
	if c.status != 0 {
		attributes.PutInt("http.status_code", int64(c.status))
	}
}

func (r request) describe(span ptrace.Span, id, parent, name string, kind ptrace.SpanKind, began, ended time.Time) {
	span.SetTraceID(pcommon.TraceID(decodeID[[16]byte](r.trace)))
	span.SetSpanID(pcommon.SpanID(decodeID[[8]byte](id)))
	span.SetParentSpanID(pcommon.SpanID(decodeID[[8]byte](parent)))
	span.SetName(name)
	span.SetKind(kind)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(began))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(ended))
}

// decodeID decodes an id of this package; an empty text is the zero id of a missing parent.
func decodeID[ID [8]byte | [16]byte](text string) (id ID) {
	decoded, _ := hex.DecodeString(text)
	for i, b := range decoded {
		id[i] = b
	}
	return id
}
