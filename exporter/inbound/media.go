package inbound

import (
	"errors"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Format is the encoding of a body.
type Format int

// The formats of bodies.
const (
	JSON     Format = iota // an array, an object, or one object per line
	Protobuf               // OTLP
)

const (
	jsonMedia     = "application/json"
	protobufMedia = "application/x-protobuf"
)

// formatOf returns the format that the headers declare, and whether formats contains it. Senders such
// as @vercel/otel and curl use several names for JSON. A body without a content type is JSON.
func formatOf(header http.Header, formats []Format) (Format, bool) {
	value := joined(header, "Content-Type")
	media, _, err := mime.ParseMediaType(value)
	if value != "" && err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) { // parameters are ignored
		return 0, false
	}
	format := JSON
	switch media {
	case "", jsonMedia, "application/x-ndjson", "application/ndjson", "application/jsonl", "text/plain":
	case protobufMedia:
		format = Protobuf
	default:
		return 0, false
	}
	return format, slices.Contains(formats, format)
}

// gzipped reports whether the headers declare gzip, and whether the encoding is supported.
func gzipped(header http.Header) (compressed, ok bool) {
	switch strings.ToLower(joined(header, "Content-Encoding")) {
	case "", "identity":
		return false, true
	case "gzip":
		return true, true
	}
	return false, false
}

// joined returns all values of a header, because a proxy may have evaluated any of them.
func joined(header http.Header, name string) string {
	return strings.TrimSpace(strings.Join(header.Values(name), ", "))
}
