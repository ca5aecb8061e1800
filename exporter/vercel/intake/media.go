package intake

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// formOf returns the form that the headers claim, if it is among forms.
func formOf(header http.Header, forms []Form) (Form, bool) {
	form, known := JSON, true
	if value := joined(header, "Content-Type"); value != "" {
		media, _, err := mime.ParseMediaType(value)
		if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) { // of which none matters
			return 0, false
		}
		form, known = formOfMedia(media)
	}
	return form, known && slices.Contains(forms, form)
}

// formOfMedia takes what senders of JSON call it; @vercel/otel and curl do not agree.
func formOfMedia(media string) (Form, bool) {
	switch media {
	case "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl", "text/plain":
		return JSON, true
	case protobufMedia:
		return Protobuf, true
	}
	return 0, false
}

const (
	jsonMedia     = "application/json"
	protobufMedia = "application/x-protobuf"
)

// gzipped tells whether the headers claim a body in gzip, and whether the encoding is known.
func gzipped(header http.Header) (inGzip, known bool) {
	switch strings.ToLower(joined(header, "Content-Encoding")) {
	case "", "identity":
		return false, true
	case "gzip":
		return true, true
	}
	return false, false
}

// joined returns all values of a header. A second one must not go unseen: whoever is in between may read that one.
func joined(header http.Header, name string) string {
	return strings.TrimSpace(strings.Join(header.Values(name), ", "))
}
