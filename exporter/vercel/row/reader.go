package row

// Reader reads one row after another, and keeps the first error of the current row. The zero value
// is ready.
type Reader struct {
	objects Decoder
	Texts   Texts
	reason  Reason
}

// Begin decodes the next row. The error is an [Error].
func (r *Reader) Begin(text []byte, fields Fields) error {
	r.Reset()
	if _, err := r.objects.Object(text, fields); err != nil {
		return Invalid(Malformed)
	}
	return nil
}

// Reset starts another row that is decoded without Begin.
func (r *Reader) Reset() {
	r.Texts.Reset()
	r.reason = ""
}

// Reason returns why the row is invalid, or an empty reason.
func (r *Reader) Reason() Reason { return r.reason }

// Object decodes an object inside the row, and reports whether text is one.
func (r *Reader) Object(text []byte, fields Fields) bool {
	_, err := r.objects.Object(text, fields)
	return err == nil
}

// Text is [Texts.Of]; other types make the row invalid.
func (r *Reader) Text(v Value) []byte {
	text, ok := r.Texts.Of(v)
	if !ok {
		r.Reject(WrongType)
	}
	return text
}

// TextOrJSON is [Texts.Of]; other types are returned as JSON.
func (r *Reader) TextOrJSON(v Value) []byte {
	if text, ok := r.Texts.Of(v); ok {
		return text
	}
	return v
}

// Number is [Texts.Number]; everything that is not a number makes the row invalid.
func (r *Reader) Number(v Value) (number float64, present bool) {
	number, present, ok := r.Texts.Number(v)
	if !ok {
		r.Reject(WrongType)
	}
	return number, present && ok
}

// Reject makes the row invalid. The first reason counts.
func (r *Reader) Reject(reason Reason) {
	if r.reason == "" {
		r.reason = reason
	}
}

// Err returns an [Error] if the row is invalid.
func (r *Reader) Err() error {
	if r.reason == "" {
		return nil
	}
	return Invalid(r.reason)
}
