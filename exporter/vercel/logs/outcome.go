package logs

import (
	"bytes"
	"cmp"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// code returns the status of the request as a label, or an empty text if the row has none.
//
// The status that the visitor received, proxy.statusCode, takes precedence over that of the
// function. After a crash Vercel responds with a 5xx that the row does not always contain.
func (r *logRow) code() string {
	switch {
	case r.isMiddleware() && r.status != crashed && cmp.Or(r.status, r.proxyStatus) < 300:
		// The middleware forwarded the request to a function, and the row of that function has the
		// status that counts. A middleware that responds itself sends a redirect or an error; its
		// own 2xx cannot be distinguished from forwarding.
		return ""
	case r.proxyStatus == revalidated:
		return ""
	case r.proxyStatus != noStatus:
		return allow.Code(r.proxyStatus)
	case r.status == crashed:
		return "5xx"
	case r.status != noStatus:
		return allow.Code(r.status)
	}
	return ""
}

// isMiddleware reports whether the row comes from middleware, which runs before the function and
// has the same request id. Lines that it prints have the type stdout, so only the path identifies
// them.
func (r *logRow) isMiddleware() bool {
	return bytes.HasPrefix(r.typ, []byte("middleware")) || string(r.edgeType) == "middleware" ||
		string(r.path) == "middleware" || string(r.path) == "src/middleware"
}

// isPlatform reports whether the platform wrote the message: steps of a build, results of
// invocations.
func (r *logRow) isPlatform() bool {
	switch string(r.typ) {
	case "middleware-invocation", "edge-function-invocation", "report", "metric", "delimiter", "deployment-state":
		return true
	}
	return false
}

// route returns the route of the row. The path that the visitor requested comes first, because a
// rewrite can serve many paths with one function. The path of a function may be the pattern of a
// route, or the data of a page.
func (r *logRow) route(routes *allow.Routes) string {
	if route := routes.Match(string(r.proxyPath)); route != allow.Other {
		return route
	}
	return routes.MatchPattern(string(r.path))
}
