package traces

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/requests"
)

// entry is a span that waits to be counted. It does not point into the delivery.
type entry struct {
	trace      traceID
	id, parent spanID
	role       role

	arrived  time.Time
	state    state
	covered  bool          // another span is counted instead
	lateness time.Duration // since the arrival of that span, if it was counted already
	paired   bool          // it has been counted instead of another span, which arrived later
	orphaned bool          // a span above it has not arrived

	start, end uint64 // ns, Unix

	requests.Request        // a call has only its environment and its duration
	host, outcome    string // of a call
}

// role is what a span may be counted as.
type role byte

const (
	ignored  role = iota
	nextRoot      // a request, as seen by Next.js
	served        // a request, as seen by any other server
	call          // a request of the application to another host
)

// role returns the role of a span. The type that Next.js sets takes precedence over the kind, which
// is often "internal" for its root spans.
func (s *span) role() role {
	isHTTP := s.attributes.method != "" || s.attributes.url != ""
	switch {
	case s.attributes.spanType == "BaseServer.handleRequest" && !s.isMiddleware():
		return nextRoot
	case s.attributes.spanType == "BaseServer.handleRequest":
		return ignored
	case s.attributes.spanType == "AppRender.fetch", s.kind == client && isHTTP && s.attributes.db == "":
		return call
	case s.kind == server:
		return served
	}
	return ignored
}

// isMiddleware reports whether a root span of Next.js is that of the middleware. Self-hosted, it
// has a root of its own, which has status 200 whatever the middleware responds, and no route. The
// root of a file that is not a route looks the same.
func (s *span) isMiddleware() bool {
	return s.attributes.route == "" && s.attributes.nextRoute == "" && s.attributes.httpStatus()/100 == 2
}

func (v *delivery) entry(s *span) entry {
	e := entry{trace: s.trace, id: s.id, parent: s.parent, role: s.role(), start: s.start, end: s.end}
	e.Duration = time.Duration(s.end - s.start) //nolint:gosec // validate limits it
	switch e.role {
	case nextRoot, served:
		e.Method, e.Route, e.Code = s.method(), s.route(v.lists.Routes), s.code()
	case call:
		e.host, e.outcome = s.host(v.lists.Hosts), s.outcome()
	}
	return e
}

// Outcomes of calls. The outcome may also be allow.Unknown.
const (
	success     = "ok"
	clientError = "client_error" // 4xx
	serverError = "server_error" // 5xx
	failed      = "failed"       // no response
)

// outcome returns how a call ended. The spans of Next.js for calls have no status, even on success.
func (s *span) outcome() string {
	status := s.attributes.httpStatus()
	switch {
	case status >= 500:
		return serverError
	case status >= 400:
		return clientError
	case status != 0:
		return success
	case s.failed:
		return failed
	}
	return allow.Unknown
}

// complete copies what e lacks from another span of the same request.
func (e *entry) complete(other *entry) {
	fill := func(value *string, missing, other string) {
		if *value == missing {
			*value = other
		}
	}
	fill(&e.Code, allow.Unknown, other.Code)
	fill(&e.Route, allow.Other, other.Route)
	fill(&e.Method, allow.Other, other.Method)
	fill(&e.Environment, "", other.Environment)
}
