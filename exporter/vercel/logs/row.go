package logs

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// logRow is a decoded row. Its texts point into the delivery, or into the memory of the reader, and
// are valid until the next row.
type logRow struct {
	id, requestID                                []byte
	environment, source, level, typ, edgeType    []byte
	host, path, message                          []byte
	proxyMethod, proxyHost, proxyPath, wafAction []byte

	status      int // of the function, or noStatus, or crashed
	proxyStatus int // that the visitor received, or noStatus, or revalidated
}

// Special values of a status.
const (
	noStatus    = 0
	crashed     = -1 // statusCode: the function did not respond
	revalidated = -1 // proxy.statusCode: the function ran in the background, without a visitor
)

// rowReader decodes rows, and reuses its memory. Each field may be missing or null, even if the
// documentation calls it required.
type rowReader struct {
	row.Reader
	fields row.Fields
	proxy  row.Fields
}

func newRowReader() *rowReader {
	return &rowReader{
		fields: row.NewFields("id", "requestId", "environment", "source", "level", "type", "edgeType", "host", "path", "message",
			"statusCode", "proxy"),
		proxy: row.NewFields("method", "host", "path", "statusCode", "wafAction"),
	}
}

// read returns the row, and why it is invalid.
func (r *rowReader) read(text []byte) (logRow, row.Reason) {
	r.Begin(text, r.fields)
	if !r.Object(*r.fields["proxy"], r.proxy) {
		r.Reject(row.WrongType)
	}
	field := func(name string) []byte { return r.Text(*r.fields[name]) }
	proxy := func(name string) []byte { return r.Text(*r.proxy[name]) }
	decoded := logRow{
		id: field("id"), requestID: field("requestId"),
		environment: field("environment"), source: field("source"), level: field("level"),
		typ: field("type"), edgeType: field("edgeType"),
		host: field("host"), path: field("path"), message: field("message"), status: r.status(*r.fields["statusCode"]),
		proxyMethod: proxy("method"), proxyHost: proxy("host"), proxyPath: proxy("path"), wafAction: proxy("wafAction"),
		proxyStatus: r.status(*r.proxy["statusCode"]),
	}
	if decoded.isEmpty() {
		r.Reject(row.Missing)
	}
	return decoded, r.Reason()
}

// status decodes an HTTP status, or -1 for a missing response.
func (r *rowReader) status(v row.Value) int {
	number, present := r.Number(v)
	switch {
	case !present, number == noStatus:
	case number == crashed, number >= 100 && number < 600 && number == float64(int(number)):
		return int(number)
	default:
		r.Reject(row.BadValue)
	}
	return noStatus
}

// isEmpty reports whether a row has nothing to count and nothing that identifies it.
func (r *logRow) isEmpty() bool {
	return len(r.id) == 0 && len(r.requestID) == 0 && len(r.message) == 0 && len(r.wafAction) == 0 &&
		r.status == noStatus && r.proxyStatus == noStatus
}

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
	return slices.Contains([]string{
		"middleware-invocation", "edge-function-invocation", "report", "metric", "delimiter", "deployment-state",
	}, string(r.typ))
}

// route returns the route of the row. The path that the visitor requested comes first, because a
// rewrite can serve many paths with one function. The path of a function may be the pattern of a
// route, or the data of a page.
func (r *logRow) route(routes *allow.Routes) string {
	if route := routes.Match(string(r.proxyPath)); route != allow.Other {
		return route
	}
	if route := routes.MatchPattern(string(r.path)); route != allow.Other {
		return route
	}
	return routes.Match(string(r.path))
}
