package traces

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

type (
	traceID [16]byte
	spanID  [8]byte
)

// span is a decoded span.
type span struct {
	trace      traceID
	id         spanID
	parent     spanID // zero for a root
	kind       kind
	name       string
	start, end uint64 // ns, Unix
	failed     bool
	attributes attributes
}

// kind is OTLP's kind of a span.
type kind int

const (
	unspecified kind = iota
	internal
	server
	client
)

// maxDuration is longer than any function runs.
const maxDuration = 24 * time.Hour

// validate returns why a span is invalid, or an empty reason.
func (s *span) validate() row.Reason {
	switch {
	case s.trace == traceID{}, s.id == spanID{}, s.start == 0, s.end == 0:
		return row.Missing
	case s.end < s.start, s.end-s.start > uint64(maxDuration):
		return row.BadValue
	}
	return ""
}

// attributes are the decoded attributes of a span or a resource. Numbers are decoded as text.
type attributes struct {
	spanType  string
	method    string
	status    string
	route     string // a pattern
	nextRoute string // a pattern
	matched   string // a path or a pattern
	target    string // a path with its query
	url       string
	host      string
	db        string

	environment string // of a resource
}

// field returns where to store an attribute, or nil to skip it. It accepts the names of the old and
// of the new semantic conventions.
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

// set stores an attribute. The first of several attributes with the same meaning counts.
func (a *attributes) set(key, value string) {
	if field := a.field(key); field != nil && *field == "" {
		*field = value
	}
}

// httpStatus returns the status of the response, or 0.
func (a *attributes) httpStatus() int {
	status, err := strconv.Atoi(a.status)
	if err != nil || status < 100 || status > 599 {
		return 0
	}
	return status
}

// route returns the route of a request. The route of the framework takes precedence over a path.
// The spans of the platform have only a name, such as GET /api/users.
func (s *span) route(routes *allow.Routes) string {
	a := &s.attributes
	_, named, _ := strings.Cut(s.name, " ")
	return routes.Resolve([]string{a.route, a.nextRoute, a.matched}, a.target, a.url, named)
}

func (s *span) method() string {
	if s.attributes.method != "" {
		return allow.Method(s.attributes.method)
	}
	named, _, _ := strings.Cut(s.name, " ")
	return allow.Method(named)
}

// code returns the status of a request as a label. A failed span without a status is a 5xx: by the
// conventions, a server span fails only for these.
func (s *span) code() string {
	status := s.attributes.httpStatus()
	switch {
	case status != 0:
		return allow.Code(status)
	case s.failed:
		return "5xx"
	}
	return allow.Unknown
}

// host returns the host of a call as a label.
func (s *span) host(hosts *allow.Hosts) string {
	if s.attributes.host != "" {
		return hosts.Match(s.attributes.host)
	}
	parsed, err := url.Parse(s.attributes.url)
	if err != nil {
		return allow.Other
	}
	return hosts.Match(parsed.Hostname())
}
