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
	objects loose.Reader
	members members
	proxy   proxyMembers
	texts   loose.Texts
	reason  batch.Reason // why the row at hand is bad
}

// read returns the row, or a batch.RowError.
func (r *rowReader) read(text []byte) (row, error) {
	r.texts.Reset()
	r.reason = ""
	r.members, r.proxy = members{}, proxyMembers{}
	m, proxy := &r.members, &r.proxy
	if _, err := r.objects.Object(text, m); err != nil {
		return row{}, batch.Rejected(batch.Malformed)
	}
	switch m.proxy.Kind() {
	case '{':
		_, _ = r.objects.Object(m.proxy, proxy) // it was part of an object that could be read
	case 0, 'n':
	default:
		r.reason = batch.WrongType
	}
	read := row{
		id: r.text(m.id), requestID: r.text(m.requestID),
		environment: r.text(m.environment), source: r.text(m.source), level: r.text(m.level),
		typ: r.text(m.typ), edgeType: r.text(m.edgeType),
		host: r.text(m.host), path: r.text(m.path), message: r.text(m.message),
		proxyMethod: r.text(proxy.method), proxyHost: r.text(proxy.host), proxyPath: r.text(proxy.path),
		wafAction: r.text(proxy.wafAction),
		status:    r.status(m.statusCode), proxyStatus: r.status(proxy.statusCode),
	}
	if r.reason == "" && read.saysNothing() {
		r.reason = batch.Missing
	}
	if r.reason != "" {
		return row{}, batch.Rejected(r.reason)
	}
	return read, nil
}

func (r *rowReader) text(v loose.Value) []byte {
	text, ok := r.texts.Of(v)
	if !ok {
		r.reason = batch.WrongType
	}
	return text
}

// status reads an HTTP status, or the -1 that says that there is none.
func (r *rowReader) status(v loose.Value) int {
	number, present, ok := r.texts.Number(v)
	switch {
	case !ok:
		r.reason = batch.WrongType
	case !present, number == noStatus:
	case number == crashed, number >= 100 && number < 600 && number == float64(int(number)):
		return int(number)
	case r.reason == "":
		r.reason = batch.BadValue
	}
	return noStatus
}

// saysNothing tells a row of which nothing can be counted and which nothing can be told from.
func (r *row) saysNothing() bool {
	return len(r.id) == 0 && len(r.requestID) == 0 && len(r.message) == 0 && len(r.wafAction) == 0 &&
		r.status == noStatus && r.proxyStatus == noStatus
}
