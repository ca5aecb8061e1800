package logs

import (
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

// members are the decoded members of a row. Each may be missing or null, even if the documentation
// calls it required.
type members struct {
	id, requestID, environment, source, level, typ, edgeType, host, path, message, statusCode, proxy row.Value
}

// Field implements row.Fields.
func (m *members) Field(name []byte) *row.Value {
	switch string(name) {
	case "id":
		return &m.id
	case "requestId":
		return &m.requestID
	case "environment":
		return &m.environment
	case "source":
		return &m.source
	case "level":
		return &m.level
	case "type":
		return &m.typ
	case "edgeType":
		return &m.edgeType
	case "host":
		return &m.host
	case "path":
		return &m.path
	case "message":
		return &m.message
	case "statusCode":
		return &m.statusCode
	case "proxy":
		return &m.proxy
	}
	return nil
}

type proxyMembers struct{ method, host, path, statusCode, wafAction row.Value }

// Field implements row.Fields.
func (m *proxyMembers) Field(name []byte) *row.Value {
	switch string(name) {
	case "method":
		return &m.method
	case "host":
		return &m.host
	case "path":
		return &m.path
	case "statusCode":
		return &m.statusCode
	case "wafAction":
		return &m.wafAction
	}
	return nil
}

// rowReader decodes rows, and reuses its memory.
type rowReader struct {
	row.Reader
	members members
	proxy   proxyMembers
}

// read returns the row, or a row.Error.
func (r *rowReader) read(text []byte) (logRow, error) {
	r.members, r.proxy = members{}, proxyMembers{}
	m, proxy := &r.members, &r.proxy
	if err := r.Begin(text, m); err != nil {
		return logRow{}, err
	}
	if kind := m.proxy.Kind(); kind != 0 && kind != 'n' && !r.Object(m.proxy, proxy) {
		r.Reject(row.WrongType)
	}
	decoded := logRow{
		id: r.Text(m.id), requestID: r.Text(m.requestID),
		environment: r.Text(m.environment), source: r.Text(m.source), level: r.Text(m.level),
		typ: r.Text(m.typ), edgeType: r.Text(m.edgeType),
		host: r.Text(m.host), path: r.Text(m.path), message: r.Text(m.message),
		proxyMethod: r.Text(proxy.method), proxyHost: r.Text(proxy.host), proxyPath: r.Text(proxy.path),
		wafAction: r.Text(proxy.wafAction),
		status:    r.status(m.statusCode), proxyStatus: r.status(proxy.statusCode),
	}
	if decoded.isEmpty() {
		r.Reject(row.Missing)
	}
	return decoded, r.Err()
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
