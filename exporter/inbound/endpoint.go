package inbound

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Endpoint is one path on which a sender delivers. Register copies it.
type Endpoint struct {
	Sender string // value of the sender label, such as vercel
	Name   string // value of the endpoint label, such as logs
	Path   string // such as /vercel/logs

	Verifier  Verifier
	Handler   Handler
	Formats   []Format   // accepted formats; JSON if empty
	Handshake *Handshake // nil if the sender has none
	Limits    Limits
}

// Limits lower the limits of the listener for one endpoint. Zero keeps the listener's.
type Limits struct {
	BodySize         int64 // bytes as received
	DecompressedSize int64 // bytes after decompression
}

// Verifier checks who signed a delivery. It is safe for concurrent use.
type Verifier interface {
	// Begin starts the verification of one delivery. It returns false if the headers hold no
	// signature that could be valid, and the delivery is rejected before its body is read.
	Begin(header http.Header) (Verification, bool)
}

// Verification computes the signature of one body while the server reads it. The server verifies
// the body as received and then, if that fails, the decompressed body: senders do not document
// which of the two they sign.
type Verification interface {
	io.Writer // never fails

	// Valid reports whether a valid signature covers the bytes that were written.
	Valid() bool
}

// Handler handles the verified deliveries of an endpoint. It is safe for concurrent use. It returns
// nil if it accepts the delivery. With an error it must have counted nothing, because the sender
// may deliver again. [ErrMalformed] and [ErrTooManyRows] reject the delivery with that reason;
// other errors are counted as internal.
type Handler func(delivery Delivery) error

// Delivery is one verified delivery. It is valid until the handler returns.
type Delivery struct {
	Header http.Header
	Body   []byte // decompressed
	Format Format
}

// Errors with which a handler rejects a delivery.
var (
	ErrMalformed   = errors.New("the body is malformed")
	ErrTooManyRows = errors.New("the body has too many rows")
)

// Handshake is how the endpoint responds to a sender that checks its ownership before it delivers.
type Handshake struct {
	Header, Value string // set on every response of the endpoint

	// Matches reports whether a POST that the verifier does not accept is a handshake. It is called
	// for short bodies only. GET and HEAD always are handshakes.
	Matches func(header http.Header, body []byte) bool
}

func (e Endpoint) withDefaults(config Config) *Endpoint {
	if len(e.Formats) == 0 {
		e.Formats = []Format{JSON}
	}
	bodySize, decompressedSize := int64(config.MaxBodySize), int64(config.MaxDecompressedSize)
	e.Limits.BodySize = min(bodySize, cmp.Or(e.Limits.BodySize, bodySize))
	e.Limits.DecompressedSize = min(decompressedSize, cmp.Or(e.Limits.DecompressedSize, decompressedSize))
	return &e
}

// isHandshake reports whether an unsigned request is a handshake. It reads only a few bytes,
// because the client is unauthenticated.
func isHandshake(r *http.Request, handshake *Handshake) bool {
	const maxSize = 64
	content := io.LimitReader(r.Body, maxSize)
	if compressed, _ := gzipped(r.Header); compressed {
		decompressed, err := gzip.NewReader(content)
		if err != nil {
			return false
		}
		content = io.LimitReader(decompressed, maxSize)
	}
	text, err := io.ReadAll(content)
	return err == nil && len(text) < maxSize && handshake.Matches(r.Header, bytes.TrimSpace(text))
}

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

// formatOf returns the format that the headers declare, and whether formats contains it. Senders
// such as @vercel/otel and curl use several names for JSON. A body without a content type is JSON.
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
