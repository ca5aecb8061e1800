package logs

import (
	"bytes"
	"cmp"

	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
)

// code is the status of the request that a row tells of, bounded, or "" if it tells of none.
//
// What the visitor got, proxy.statusCode, goes before what the function answered. A function that crashed answered nothing;
// Vercel answers a 5xx in its place, of which a row does not always say which.
func (r *row) code() string {
	switch {
	case r.isMiddleware() && r.status != crashed && cmp.Or(r.status, r.proxyStatus) < 300:
		// It handed the request on, to what has a row of its own with the status that counts. Had it answered the request
		// itself, the status would be a redirect or a refusal; a 2xx of its own cannot be told from handing on.
		return ""
	case r.proxyStatus == revalidated:
		return ""
	case r.proxyStatus != noStatus:
		return bound.Code(r.proxyStatus)
	case r.status == crashed:
		return "5xx"
	case r.status != noStatus:
		return bound.Code(r.status)
	}
	return ""
}

// isMiddleware tells the rows of middleware, which runs before what serves the request, and has its requestId. Lines that it
// prints have the type stdout, and only the path to tell.
func (r *row) isMiddleware() bool {
	return bytes.HasPrefix(r.typ, []byte("middleware")) || string(r.edgeType) == "middleware" ||
		string(r.path) == "middleware" || string(r.path) == "src/middleware"
}

// isPlatforms tells rows whose message the platform wrote: a build's steps, what an invocation came to.
func (r *row) isPlatforms() bool {
	switch string(r.typ) {
	case "middleware-invocation", "edge-function-invocation", "report", "metric", "delimiter", "deployment-state":
		return true
	}
	return false
}

// route returns the route that a row is about. The visitor's path goes first, since a rewrite may serve it with a function
// for many; the function's path may be the pattern of the route, or that of a page's data.
func (r *row) route(routes *bound.Routes) string {
	if route := routes.Match(string(r.proxyPath)); route != bound.Other {
		return route
	}
	return routes.MatchPattern(string(r.path))
}
