package traces

import (
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// entry is what is to be counted of a span, and what tells whether it is. Nothing in it points into the delivery.
type entry struct {
	place
	parent spanID
	key    seen.Key
	role   role

	environment string
	took        time.Duration

	method, route, code string // of a request
	host, outcome       string // of a call
}

// role is what a span may be counted as.
type role byte

// The letters are those of the keys that a span is remembered by.
const (
	nothing  role = 's'
	nextRoot role = 'n' // a request, by Next.js
	inbound  role = 'r' // a request, by anything else that serves
	outbound role = 'o' // a call
)

// roleOf tells what a span may be. Next.js' own word goes before the kind, which for its roots is often "internal".
func (s *span) roleOf() role {
	isHTTP := s.attributes.method != "" || s.attributes.url != ""
	switch {
	case s.attributes.spanType == "BaseServer.handleRequest":
		return nextRoot
	case s.attributes.spanType == "AppRender.fetch", s.kind == client && isHTTP && s.attributes.db == "":
		return outbound
	case s.kind == server:
		return inbound
	}
	return nothing
}

func (t *take) entry(s *span) entry {
	e := entry{place: s.place, parent: s.parent, role: s.roleOf(), took: s.took()}
	e.key = t.key(byte(e.role), e.place)
	switch e.role {
	case nextRoot, inbound:
		e.method, e.route, e.code = s.methodOf(), s.routeOf(t.lists.Routes), s.codeOf()
	case outbound:
		e.host, e.outcome = s.hostOf(t.lists.Hosts), s.outcome()
	case nothing:
	}
	return e
}

// outcome is how a call ended. Next.js' own spans of calls have no status even if all went well.
func (s *span) outcome() string {
	status := s.attributes.code()
	switch {
	case status >= 500:
		return serverError
	case status >= 400:
		return clientError
	case status != 0:
		return ok
	case s.failed:
		return failed
	}
	return bound.Unknown
}
