package traces

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// attributes are those of a span, or of a resource, that are needed. Numbers are texts, too.
type attributes struct {
	spanType  string
	method    string
	status    string
	route     string // a pattern
	nextRoute string // a pattern
	matched   string // a path or a pattern
	target    string // a path, and its query
	url       string
	host      string
	db        string

	environment string // of a resource
}

// field returns where an attribute goes, nil for one that nobody needs. Old and new semantic conventions agree but for the
// names.
func (a *attributes) field(key string) *string {
	switch key {
	case "next.span_type":
		return &a.spanType
	case "http.request.method", "http.method":
		return &a.method
	case "http.response.status_code", "http.status_code":
		return &a.status
	case "http.route":
		return &a.route
	case "next.route":
		return &a.nextRoute
	case "vercel.matched_path":
		return &a.matched
	case "url.path", "http.target":
		return &a.target
	case "url.full", "http.url":
		return &a.url
	case "server.address", "net.peer.name":
		return &a.host
	case "db.system", "db.system.name":
		return &a.db
	case "deployment.environment.name", "deployment.environment", "vercel.environment", "env":
		return &a.environment
	}
	return nil
}

// set takes a value that is not empty. An attribute of the same meaning does not take the place of one that is there.
func (a *attributes) set(key, value string) {
	if field := a.field(key); field != nil && *field == "" {
		*field = value
	}
}

// code returns the status of an answer, or 0.
func (a *attributes) code() int {
	status, err := strconv.Atoi(a.status)
	if err != nil || status < 100 || status > 599 {
		return 0
	}
	return status
}

// routeOf returns the route of a request. A pattern that the framework tells goes before a path, and the name of the span,
// such as GET /api/users, is all that the platform's own spans have.
func (s *span) routeOf(routes *bound.Routes) string {
	_, named, _ := strings.Cut(s.name, " ")
	for _, pattern := range []string{s.attributes.route, s.attributes.nextRoute, s.attributes.matched} {
		if route := routes.MatchPattern(pattern); route != bound.Other {
			return route
		}
	}
	for _, path := range []string{s.attributes.target, s.attributes.url} {
		if route := routes.Match(path); route != bound.Other {
			return route
		}
	}
	return routes.MatchPattern(named)
}

func (s *span) methodOf() string {
	if s.attributes.method != "" {
		return bound.Method(s.attributes.method)
	}
	named, _, _ := strings.Cut(s.name, " ")
	return bound.Method(named)
}

// codeOf returns the bounded status of a request. A server that failed without a status did not answer as it should: the
// conventions keep that mark for 5xx.
func (s *span) codeOf() string {
	status := s.attributes.code()
	switch {
	case status != 0:
		return bound.Code(status)
	case s.failed:
		return "5xx"
	}
	return bound.Unknown
}

// hostOf returns the host that a call went to.
func (s *span) hostOf(hosts *bound.Hosts) string {
	if s.attributes.host != "" {
		return hosts.Match(s.attributes.host)
	}
	parsed, err := url.Parse(s.attributes.url)
	if err != nil {
		return bound.Other
	}
	return hosts.Match(parsed.Hostname())
}
