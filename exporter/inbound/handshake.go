package inbound

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
)

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
