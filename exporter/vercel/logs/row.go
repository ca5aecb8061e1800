package logs

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// row is what is needed of a row. Its texts point into the delivery, or into the memory of the reader, until the next row.
type row struct {
	id, requestID                                []byte
	environment, source, level, typ, edgeType    []byte
	host, path, message                          []byte
	proxyMethod, proxyHost, proxyPath, wafAction []byte

	status      int // of the function, or no status, or crashed
	proxyStatus int // of the answer, or no status, or revalidated
}

// What a status says that is none.
const (
	noStatus    = 0
	crashed     = -1 // statusCode: the function gave no answer
	revalidated = -1 // proxy.statusCode: the function ran in the background, and nobody waited for an answer
)

// members are those of a row that are needed. Every one may be missing or null: what the documentation calls required is
// not always there.
type members struct {
	id, requestID, environment, source, level, typ, edgeType, host, path, message, statusCode, proxy loose.Value
}

func (m *members) Field(name []byte) *loose.Value {
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

type proxyMembers struct{ method, host, path, statusCode, wafAction loose.Value }

func (m *proxyMembers) Field(name []byte) *loose.Value {
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

// rowReader reads rows with the same memory.
type rowReader struct {
	loose.Row
	members members
	proxy   proxyMembers
}

// read returns the row, or a batch.RowError.
func (r *rowReader) read(text []byte) (row, error) {
	r.members, r.proxy = members{}, proxyMembers{}
	m, proxy := &r.members, &r.proxy
	if err := r.Begin(text, m); err != nil {
		return row{}, err
	}
	if kind := m.proxy.Kind(); kind != 0 && kind != 'n' && !r.Object(m.proxy, proxy) {
		r.Reject(batch.WrongType)
	}
	read := row{
		id: r.Text(m.id), requestID: r.Text(m.requestID),
		environment: r.Text(m.environment), source: r.Text(m.source), level: r.Text(m.level),
		typ: r.Text(m.typ), edgeType: r.Text(m.edgeType),
		host: r.Text(m.host), path: r.Text(m.path), message: r.Text(m.message),
		proxyMethod: r.Text(proxy.method), proxyHost: r.Text(proxy.host), proxyPath: r.Text(proxy.path),
		wafAction: r.Text(proxy.wafAction),
		status:    r.status(m.statusCode), proxyStatus: r.status(proxy.statusCode),
	}
	if read.saysNothing() {
		r.Reject(batch.Missing)
	}
	return read, r.Err()
}

// status reads an HTTP status, or the -1 that says that there is none.
func (r *rowReader) status(v loose.Value) int {
	number, present := r.Number(v)
	switch {
	case !present, number == noStatus:
	case number == crashed, number >= 100 && number < 600 && number == float64(int(number)):
		return int(number)
	default:
		r.Reject(batch.BadValue)
	}
	return noStatus
}

// saysNothing tells a row of which nothing can be counted and which nothing can be told from.
func (r *row) saysNothing() bool {
	return len(r.id) == 0 && len(r.requestID) == 0 && len(r.message) == 0 && len(r.wafAction) == 0 &&
		r.status == noStatus && r.proxyStatus == noStatus
}
