package inbound_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestHandshake(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) {
		o.endpoint.Handshake = &inbound.Handshake{
			Header: "X-Vercel-Verify", Value: "5f3a",
			Matches: func(header http.Header, body []byte) bool {
				return len(header.Values("X-Vercel-Signature")) == 0 && (len(body) == 0 || string(body) == "{}")
			},
		}
	})
	for _, response := range []received{
		l.post(t, "{}", "X-Vercel-Signature", "-"), l.post(t, " {}\n", "X-Vercel-Signature", "-"), l.post(t, "", "X-Vercel-Signature", "-"),
		l.post(t, draintest.Zip(t, "{}"), "X-Vercel-Signature", "-", "Content-Encoding", "gzip"),
		l.request(t, http.MethodGet, "/vercel/logs", ""), l.request(t, http.MethodHead, "/vercel/logs", ""),
	} {
		assert.Equal(t, http.StatusOK, response.status)
		assert.Equal(t, "5f3a", response.header.Get("X-Vercel-Verify"))
	}
	assert.Empty(t, l.counted(t))

	for name, response := range map[string]received{
		"another body":                        l.post(t, `{"id":"1"}`, "X-Vercel-Signature", "-"),
		"a long body":                         l.post(t, "{"+strings.Repeat(" ", 100)+"}", "X-Vercel-Signature", "-"),
		"a body that begins like a handshake": l.post(t, "{}"+strings.Repeat(" ", 100)+`{"id":"1"}`, "X-Vercel-Signature", "-"),
		"an invalid signature":                l.post(t, "{}", "X-Vercel-Signature", "x"),
	} {
		assert.Equal(t, http.StatusUnauthorized, response.status, name)
		assert.Equal(t, "5f3a", response.header.Get("X-Vercel-Verify"), name)
	}
	assert.Equal(t, "GET, HEAD, POST", l.request(t, http.MethodPut, "/vercel/logs", "").header.Get("Allow"))
}
