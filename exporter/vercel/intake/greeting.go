package intake

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
)

// greeting tells whether an unsigned request is what the Verify button of Vercel sends: an empty object, or nothing. It
// reads only a few bytes, since others can send unsigned requests, too.
func greeting(r *http.Request) bool {
	const longest = 64
	body := io.LimitReader(r.Body, longest)
	if inGzip, _ := gzipped(r.Header); inGzip {
		inflated, err := gzip.NewReader(body)
		if err != nil {
			return false
		}
		body = io.LimitReader(inflated, longest)
	}
	text, err := io.ReadAll(body)
	if err != nil || len(text) == longest {
		return false
	}
	text = bytes.TrimSpace(text)
	return len(text) == 0 || string(text) == "{}"
}
