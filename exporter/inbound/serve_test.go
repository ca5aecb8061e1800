package inbound_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

func TestSignedDeliveriesAreAccepted(t *testing.T) {
	t.Parallel()
	zipped := draintest.Zip(t, content)
	for name, delivery := range map[string]struct {
		sent    string
		headers []string
	}{
		"no content type":              {content, nil},
		"JSON":                         {content, []string{"Content-Type", "application/json; charset=utf-8"}},
		"NDJSON":                       {content, []string{"Content-Type", "application/x-ndjson"}},
		"JSON lines":                   {content, []string{"Content-Type", "application/jsonl"}},
		"an invalid parameter":         {content, []string{"Content-Type", "application/json; charset"}},
		"text, the default of clients": {content, []string{"Content-Type", "text/plain"}},
		"identity encoding":            {content, []string{"Content-Encoding", "identity"}},
		"gzip, signed as sent":         {zipped, []string{"Content-Encoding", "gzip"}},
		"gzip, signed decompressed":    {zipped, []string{"Content-Encoding", "GZIP", "X-Vercel-Signature", draintest.Sign(secret, content)}},
		"gzip in two members":          {draintest.Zip(t, "one\n") + draintest.Zip(t, "two\n"), []string{"Content-Encoding", "gzip"}},
		"a token to verify":            {content, []string{"X-Vercel-Verify", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t, nil)
			response := l.post(t, delivery.sent, delivery.headers...)
			assert.Equal(t, http.StatusOK, response.status)
			assert.Equal(t, "{}", response.text)
			assert.Equal(t, accepted(), l.counted(t))
			assert.Equal(t, 2, l.lines.counted())
		})
	}
}

func TestHandlersReceiveTheDelivery(t *testing.T) {
	t.Parallel()
	var delivery inbound.Delivery
	l := start(t, func(o *options) {
		o.endpoint.Formats = []inbound.Format{inbound.Protobuf}
		o.endpoint.Handler = func(d inbound.Delivery) error {
			delivery = inbound.Delivery{Header: d.Header.Clone(), Body: append([]byte(nil), d.Body...), Format: d.Format}
			return nil
		}
	})
	response := l.post(t, content, "Content-Type", "application/x-protobuf", "X-Kind", "issue")
	assert.Equal(t, http.StatusOK, response.status)
	assert.Equal(t, "application/x-protobuf", response.header.Get("Content-Type"))
	assert.Empty(t, response.text)
	assert.Equal(t, content, string(delivery.Body))
	assert.Equal(t, inbound.Protobuf, delivery.Format)
	assert.Equal(t, "issue", delivery.Header.Get("X-Kind"))
	assert.Equal(t, http.StatusUnsupportedMediaType, l.post(t, content, "Content-Type", "application/json").status)
}

func TestRejectionsHaveAReasonAndAHint(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 1001)
	gzip := []string{"Content-Encoding", "gzip"}
	for name, delivery := range map[string]struct {
		reason  string
		status  int
		sent    string
		headers []string
	}{
		"too large":                         {"too_large", http.StatusRequestEntityTooLarge, long, nil},
		"too large once decompressed":       {"too_large_decompressed", http.StatusRequestEntityTooLarge, draintest.Zip(t, strings.Repeat("x", 5001)), gzip},
		"too many rows":                     {"too_many_rows", http.StatusRequestEntityTooLarge, "1\n2\n3\n4\n", nil},
		"another format":                    {"media_type", http.StatusUnsupportedMediaType, content, []string{"Content-Type", "application/x-protobuf"}},
		"an invalid media type":             {"media_type", http.StatusUnsupportedMediaType, content, []string{"Content-Type", ";;"}},
		"HTML":                              {"media_type", http.StatusUnsupportedMediaType, content, []string{"Content-Type", "text/html"}},
		"another encoding":                  {"encoding", http.StatusUnsupportedMediaType, content, []string{"Content-Encoding", "br"}},
		"two encodings":                     {"encoding", http.StatusUnsupportedMediaType, content, []string{"Content-Encoding", "gzip, gzip"}},
		"malformed":                         {"malformed", http.StatusBadRequest, "malformed", nil},
		"signed gzip that is none":          {"malformed", http.StatusBadRequest, content, gzip},
		"signed gzip that is incomplete":    {"malformed", http.StatusBadRequest, draintest.Zip(t, content)[:20], gzip},
		"an unknown error of the handler":   {"internal", http.StatusInternalServerError, "defect", nil},
		"an unsigned decompression bomb":    {"too_large_decompressed", http.StatusRequestEntityTooLarge, draintest.Zip(t, strings.Repeat("x", 5001)), append(gzip, "X-Vercel-Signature", draintest.Sign("x", ""))},
		"unsigned gzip of the maximum size": {"signature", http.StatusUnauthorized, draintest.Zip(t, strings.Repeat("x", 5000)), append(gzip, "X-Vercel-Signature", draintest.Sign("x", ""))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := start(t, nil)
			response := l.post(t, delivery.sent, delivery.headers...)
			assert.Equal(t, delivery.status, response.status)
			assert.Contains(t, response.text, `"code":"`+delivery.reason+`"`)
			assert.Contains(t, response.text, `"hint":"`)
			assert.True(t, response.closed, "the rest of the body is not read")
			assert.Equal(t, rejected(delivery.reason), l.counted(t))
			assert.Zero(t, l.lines.counted())
		})
	}
}

func TestLimitsAreInclusive(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	assert.Equal(t, http.StatusOK, l.post(t, strings.Repeat("x", 1000)).status)
	assert.Equal(t, http.StatusOK, l.post(t, draintest.Zip(t, strings.Repeat("x", 5000)), "Content-Encoding", "gzip").status)
	assert.Equal(t, http.StatusOK, l.post(t, "1\n2\n3\n").status)
}

func TestAnEndpointCanLowerLimitsOnly(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { o.endpoint.Limits = inbound.Limits{BodySize: 100, DecompressedSize: 200} })
	assert.Equal(t, http.StatusOK, l.post(t, strings.Repeat("x", 100)).status)
	assert.Equal(t, http.StatusRequestEntityTooLarge, l.post(t, strings.Repeat("x", 101)).status)
	assert.Equal(t, http.StatusRequestEntityTooLarge, l.post(t, draintest.Zip(t, strings.Repeat("x", 201)), "Content-Encoding", "gzip").status)
	l = start(t, func(o *options) { o.endpoint.Limits.BodySize = 1 << 20 })
	assert.Equal(t, http.StatusRequestEntityTooLarge, l.post(t, strings.Repeat("x", 1001)).status)
}

func TestABodyOfUnknownLengthIsLimited(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	sent := strings.Repeat("x", 1001)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/vercel/logs", io.MultiReader(strings.NewReader(sent)))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, http.StatusRequestEntityTooLarge, response.StatusCode)
	assert.Equal(t, rejected("too_large"), l.counted(t))
}

func TestUnknownPathsAndMethodsAreCountedWithoutTheirName(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	assert.Equal(t, http.StatusNotFound, l.request(t, http.MethodPost, "/vercel/kim@example.com", content).status)
	assert.Equal(t, http.StatusNotFound, l.request(t, http.MethodGet, "/metrics", "").status)
	response := l.request(t, http.MethodPut, "/vercel/logs", content)
	assert.Equal(t, http.StatusMethodNotAllowed, response.status)
	assert.Equal(t, "POST", response.header.Get("Allow"))
	assert.Equal(t, []string{
		`marketplace_inbound_rejections_total{endpoint="logs",reason="method",sender="vercel"} 1`,
		`marketplace_inbound_rejections_total{reason="path"} 2`,
	}, l.counted(t))
	assert.NotContains(t, l.log.String(), "kim")
}

func TestTooManyDeliveriesAtOnceAreRejected(t *testing.T) {
	t.Parallel()
	busy := &lines{wait: make(chan struct{}), began: make(chan struct{}, 2)}
	l := start(t, func(o *options) { o.lines = busy })
	var waiting sync.WaitGroup
	for range 2 {
		waiting.Go(func() { assert.Equal(t, http.StatusOK, l.post(t, content).status) })
	}
	<-busy.began
	<-busy.began
	response := l.post(t, content)
	assert.Equal(t, http.StatusTooManyRequests, response.status)
	assert.Equal(t, "1", response.header.Get("Retry-After"))
	assert.Equal(t, http.StatusUnauthorized, l.post(t, content, "X-Vercel-Signature", "-").status, "a missing signature is rejected first")
	close(busy.wait)
	waiting.Wait()
	assert.Contains(t, l.counted(t), `marketplace_inbound_rejections_total{endpoint="logs",reason="busy",sender="vercel"} 1`)
	assert.Equal(t, 4, busy.counted())
}

func TestAnIncompleteBodyIsRejected(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	from, into := io.Pipe()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+"/vercel/logs", from)
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, content))
	go func() {
		_, _ = io.WriteString(into, "one\n")
		cancel()
		_ = into.CloseWithError(io.ErrUnexpectedEOF)
	}()
	_, err = http.DefaultClient.Do(request) //nolint:bodyclose // there is no response
	require.Error(t, err)
	require.Eventually(t, func() bool { return len(l.counted(t)) == 1 }, 5*time.Second, 10*time.Millisecond)
	assert.Equal(t, rejected("read"), l.counted(t))
}

func TestAPanicRejectsOneDelivery(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	assert.Equal(t, http.StatusInternalServerError, l.post(t, "panic kim@example.com").status)
	assert.Equal(t, rejected("internal"), l.counted(t))
	assert.Contains(t, l.log.String(), "level=ERROR")
	assert.Contains(t, l.log.String(), "lines).Handle", "the log shows where")
	assert.NotContains(t, l.log.String(), "kim", "the log does not show the value")
	for range 3 {
		assert.Equal(t, http.StatusOK, l.post(t, content).status, "no slot is lost")
	}
}

func TestAllCountersAreInitialized(t *testing.T) {
	t.Parallel()
	all := draintest.All(t, start(t, nil).Server)
	for _, reason := range []string{
		"signature", "too_large", "too_large_decompressed", "too_many_rows", "media_type", "encoding", "malformed", "busy", "read", "method", "internal",
	} {
		assert.Contains(t, all, `marketplace_inbound_rejections_total{endpoint="logs",reason="`+reason+`",sender="vercel"} 0`)
	}
	assert.Contains(t, all, `marketplace_inbound_rejections_total{reason="path"} 0`)
	assert.Contains(t, all, `marketplace_inbound_deliveries_total{endpoint="logs",sender="vercel"} 0`)
}

func FuzzServeHTTP(f *testing.F) {
	f.Add(content, "application/json", "", true)
	f.Add(draintest.Zip(f, content), "application/x-ndjson", "gzip", true)
	f.Add(draintest.Zip(f, content), "", "gzip", false)
	f.Fuzz(func(t *testing.T, sent, media, encoding string, signed bool) {
		l := start(t, nil)
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/vercel/logs", strings.NewReader(sent))
		request.Header = http.Header{"Content-Type": {media}, "Content-Encoding": {encoding}, "X-Vercel-Signature": {draintest.Sign("x", sent)}}
		if signed {
			request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
		}
		recorder := httptest.NewRecorder()
		l.ServeHTTP(recorder, request)
		if !signed || recorder.Code != http.StatusOK {
			require.NotEqual(t, http.StatusOK, recorder.Code)
			require.Zero(t, l.lines.counted())
			require.NotContains(t, strings.Join(l.counted(t), "\n"), "deliveries_total")
		}
		if !strings.HasPrefix(sent, "panic ") {
			require.NotContains(t, l.log.String(), "level=ERROR")
		}
	})
}
