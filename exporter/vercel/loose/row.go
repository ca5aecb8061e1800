package loose

import "github.com/aimarketplace/monitoring/exporter/vercel/batch"

// Row reads one row after another with the same memory, and remembers the first thing that is wrong with the one at hand.
// The zero value is ready.
type Row struct {
	objects Reader
	texts   Texts
	reason  batch.Reason
}

// Begin reads the object that a row is, and forgets the row before. The error is a [batch.RowError].
func (r *Row) Begin(text []byte, fields Fields) error {
	r.texts.Reset()
	r.reason = ""
	if _, err := r.objects.Object(text, fields); err != nil {
		return batch.Rejected(batch.Malformed)
	}
	return nil
}

// Object reads an object that stands in the row, and tells whether there is one.
func (r *Row) Object(text []byte, fields Fields) bool {
	_, err := r.objects.Object(text, fields)
	return err == nil
}

// Text is [Texts.Of], where another type is wrong.
func (r *Row) Text(v Value) []byte {
	text, ok := r.texts.Of(v)
	if !ok {
		r.Reject(batch.WrongType)
	}
	return text
}

// TextOrJSON is [Texts.Of], where another type is as good as any other text: its JSON.
func (r *Row) TextOrJSON(v Value) []byte {
	if text, ok := r.texts.Of(v); ok {
		return text
	}
	return v
}

// Number is [Texts.Number], where what is no number is wrong.
func (r *Row) Number(v Value) (number float64, present bool) {
	number, present, ok := r.texts.Number(v)
	if !ok {
		r.Reject(batch.WrongType)
	}
	return number, present && ok
}

// Reject says that something is wrong with the row. The first reason counts.
func (r *Row) Reject(reason batch.Reason) {
	if r.reason == "" {
		r.reason = reason
	}
}

// Err is a [batch.RowError] if anything was wrong with the row.
func (r *Row) Err() error {
	if r.reason == "" {
		return nil
	}
	return batch.Rejected(r.reason)
}
