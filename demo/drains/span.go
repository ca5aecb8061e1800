package drains

import (
	"net/http"
	"strings"
	"time"
)

// Kinds of spans, in the words of Vercel's traces.
const (
	server   = "server"
	client   = "client"
	internal = "internal"
)

// span is one of a trace, whatever it is encoded as.
type span struct {
	trace, id, parent string
	name, kind        string
	began, ended      time.Time
	failed            bool
	attributes        []attribute
}

// attribute has a number if it has no text.
type attribute struct {
	key    string
	text   string
	number int64
}

// spans are what the application traces of a request: itself, the part that is Next.js' own, and the calls of others. A
// function that crashed takes its spans with it.
func (r request) spans() []span {
	if r.source != lambda || r.status == crashed {
		return nil
	}
	spans := []span{r.rootSpan()}
	if !r.page {
		spans = append(spans, r.handlerSpan())
	}
	for _, c := range r.calls {
		spans = append(spans, r.callSpan(c))
	}
	return spans
}

func (r request) rootSpan() span {
	kind := server
	if r.page {
		kind = internal // as Next.js calls those that it renders
	}
	target, _, _ := strings.Cut(r.path, "?")
	return span{
		trace: r.trace, id: r.root, name: r.method + " " + r.route, kind: kind,
		began: r.began, ended: r.ended(), failed: r.status >= http.StatusInternalServerError,
		attributes: []attribute{
			{key: "next.span_type", text: "BaseServer.handleRequest"},
			{key: "next.span_name", text: r.method + " " + r.route},
			{key: "next.route", text: r.route},
			{key: "http.method", text: r.method},
			{key: "http.route", text: r.route},
			{key: "http.target", text: r.path},
			{key: "http.status_code", number: int64(r.status)},
			{key: "http.host", text: hostOf(r.environment)},
			{key: "http.user_agent", text: r.agent},
			{key: "operation.name", text: "web.request"},
			{key: "resource.name", text: r.method + " " + r.route},
			{key: "vercel.request_id", text: r.id},
			{key: "vercel.matched_path", text: target},
		},
	}
}

// handlerSpan is within the request, and none of its own.
func (r request) handlerSpan() span {
	return span{
		trace: r.trace, id: r.handler, parent: r.root, kind: internal,
		name:  "executing api route (app) " + r.route,
		began: r.began.Add(r.took / 100), ended: r.ended(),
		attributes: []attribute{
			{key: "next.span_type", text: "AppRouteRouteHandlers.runHandler"},
			{key: "next.route", text: r.route},
		},
	}
}

func (r request) callSpan(c call) span {
	url := "https://" + c.host + c.path
	began := r.began.Add(c.begins)
	s := span{
		trace: r.trace, id: c.span, parent: r.root, kind: client,
		name: "fetch " + c.method + " " + url, began: began, ended: began.Add(c.took),
		failed: c.status == 0 || c.status >= http.StatusBadRequest,
		attributes: []attribute{
			{key: "http.method", text: c.method},
			{key: "http.url", text: url},
			{key: "http.host", text: c.host},
			{key: "net.peer.name", text: c.host},
			{key: "operation.name", text: "fetch." + c.method},
		},
	}
	if c.status != 0 {
		s.attributes = append(s.attributes, attribute{key: "http.status_code", number: int64(c.status)})
	}
	return s
}

// resource is what all spans of an environment have in common.
func resource(environment string) []attribute {
	return []attribute{
		{key: "service.name", text: "marketplace"},
		{key: "deployment.environment.name", text: environment},
		{key: "env", text: environment},
		{key: "cloud.provider", text: "vercel"},
		{key: "cloud.region", text: region},
		{key: "vercel.projectId", text: project},
		{key: "vercel.deploymentId", text: deployment},
		{key: "vercel.runtime", text: "nodejs"},
	}
}
