// Package row decodes the rows of a delivery: a JSON array, a single object, or one object per
// line.
//
// Decoding is lenient. An invalid row is rejected with a [Reason] and does not affect other rows,
// numbers may be strings, and null is the same as a missing member. To keep up with a busy log, it
// copies nothing that it can point to, and readers reuse their memory from row to row.
package row

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
)

// Handler counts the rows of one drain. It is safe for concurrent use.
type Handler interface {
	// Handle counts the rows of a verified body, and returns how many were counted and rejected.
	// With an error, which is inbound.ErrMalformed or inbound.ErrTooManyRows, nothing was counted.
	// The body is valid until Handle returns.
	Handle(body []byte, format inbound.Format) (Tally, error)
}

// Options configure a drain.
type Options struct {
	MaxRows int // of a delivery
	Lists   func() *allow.Lists
	Dedupe  *inbound.Window
}

// Reason classifies invalid rows. The set is bounded, because it becomes a label value.
type Reason string

// The reasons of invalid rows.
const (
	Malformed Reason = "malformed" // not a JSON object
	WrongType Reason = "type"      // a field has the wrong type
	Missing   Reason = "missing"   // a required field is missing
	BadValue  Reason = "value"     // a field is out of range
	WrongPath Reason = "path"      // the row belongs to another drain
)

// Reasons returns all reasons.
func Reasons() []Reason { return []Reason{Malformed, WrongType, Missing, BadValue, WrongPath} }

// Kind is the kind of the rows of a drain, and the value of the drain label.
type Kind string

// The kinds of rows.
const (
	Traces        Kind = "traces"
	Logs          Kind = "logs"
	SpeedInsights Kind = "speed_insights"
	Analytics     Kind = "analytics"
)

// kindOf returns the kind of a row by the members that only its kind has, or an empty text.
func kindOf(text []byte) Kind {
	var d Decoder
	f := NewFields("resourceSpans", "metricType", "eventType", "source", "requestId")
	_, _ = d.Object(text, f) // what was decoded before an error is enough
	switch {
	case *f["resourceSpans"] != nil:
		return Traces
	case *f["metricType"] != nil:
		return SpeedInsights
	case *f["eventType"] != nil:
		return Analytics
	case *f["source"] != nil || *f["requestId"] != nil:
		return Logs
	}
	return ""
}

// Tally is the result of a delivery.
type Tally struct {
	Counted    int            // rows
	Duplicates int            // rows that were counted before
	Invalid    map[Reason]int // rows; nil if there are none
	Misplaced  Kind           // of the last row that belongs to another drain
}

// Reject adds an invalid row, unless reason is empty.
func (t *Tally) Reject(reason Reason) {
	if reason == "" {
		return
	}
	if t.Invalid == nil {
		t.Invalid = map[Reason]int{}
	}
	t.Invalid[reason]++
}

// Lenient returns the options with which all deliveries are decoded: duplicate names and invalid
// UTF-8 are accepted.
func Lenient() []jsontext.Options {
	return []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}
}
