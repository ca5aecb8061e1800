package inbound_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	secret  = "6f0c1d7e6f0c1d7e6f0c1d7e6f0c1d7e"
	another = "a-new-one-a-new-one-a-new-one-a-new-one"
	content = "one\ntwo\n"
)

// lines is a handler that counts the lines of bodies.
type lines struct {
	wait  chan struct{} // deliveries wait until it is closed; nil: they do not
	began chan struct{} // receives an element for each delivery that waits

	mu    sync.Mutex
	count int
}

func (l *lines) Handle(d inbound.Delivery) error {
	if l.wait != nil {
		l.began <- struct{}{}
		<-l.wait
	}
	switch {
	case bytes.HasPrefix(d.Body, []byte("panic ")):
		panic(string(d.Body))
	case bytes.HasPrefix(d.Body, []byte("malformed")):
		return inbound.ErrMalformed
	case bytes.HasPrefix(d.Body, []byte("defect")):
		return io.ErrShortBuffer
	case bytes.Count(d.Body, []byte("\n")) > 3:
		return inbound.ErrTooManyRows
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count += bytes.Count(d.Body, []byte("\n"))
	return nil
}

func (l *lines) counted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// listening is a server that listens.
type listening struct {
	*inbound.Server
	url     string
	log     *testlog.Buffer
	lines   *lines
	secrets *inbound.Secrets
}

// options configure a listening server.
type options struct {
	config   inbound.Config
	endpoint inbound.Endpoint
	lines    *lines
	quick    bool // short timeouts
}

// defaults returns small limits.
func defaults() options {
	return options{
		config: inbound.Config{
			ListenAddress: "127.0.0.1:0", MaxBodySize: 1000, MaxDecompressedSize: 5000, MaxRequests: 2, MaxConnections: 256,
			DedupeWindow: time.Minute, DedupeEntries: 1000,
		},
		endpoint: inbound.Endpoint{Sender: "vercel", Name: "logs", Path: "/vercel/logs"},
		lines:    &lines{},
	}
}

// start runs a server until the test ends, with options that change may change.
func start(t testing.TB, change func(*options)) listening {
	t.Helper()
	o := defaults()
	if change != nil {
		change(&o)
	}
	secrets, err := inbound.LoadSecrets("vercel.secret-file", writeFile(t, secret+"\n"))
	require.NoError(t, err)
	l := listening{log: &testlog.Buffer{}, lines: o.lines, secrets: secrets}
	l.Server, err = inbound.New(o.config, debugLogger(l.log))
	require.NoError(t, err)
	if o.quick {
		l.SetTimeouts(200*time.Millisecond, 400*time.Millisecond, time.Second, 200*time.Millisecond)
	}
	if o.endpoint.Handler == nil {
		o.endpoint.Handler = o.lines.Handle
	}
	if o.endpoint.Verifier == nil {
		o.endpoint.Verifier = inbound.HMAC{Header: "X-Vercel-Signature", Hash: sha1.New, Secrets: secrets}
	}
	require.NoError(t, l.Register(o.endpoint))
	require.NoError(t, l.Listen(t.Context()))
	l.url = "http://" + l.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { l.Run(ctx) })
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		running.Wait()
		l.Close()
	})
	return l
}

func debugLogger(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

func writeFile(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file")
	rewriteFile(t, file, text)
	return file
}

func rewriteFile(t testing.TB, file, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
}

// received is a response as a client receives it.
type received struct {
	status int
	text   string
	header http.Header
	closed bool // the connection
}

// post sends a signed body. Headers replace its headers; "-" removes one.
func (l listening) post(t testing.TB, sent string, headers ...string) received {
	t.Helper()
	return l.request(t, http.MethodPost, "/vercel/logs", sent, headers...)
}

func (l listening) request(t testing.TB, method, path, sent string, headers ...string) received {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, l.url+path, strings.NewReader(sent))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, sent))
	for i := 0; i < len(headers); i += 2 {
		request.Header.Del(headers[i])
		if headers[i+1] != "-" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return received{response.StatusCode, string(text), response.Header, response.Close}
}

// counted returns the deliveries and rejections that are not zero.
func (l listening) counted(t testing.TB) []string {
	t.Helper()
	return draintest.Counted(t, l.Server)
}

func rejected(reason string) []string {
	return []string{`marketplace_inbound_rejections_total{endpoint="logs",reason="` + reason + `",sender="vercel"} 1`}
}

func accepted() []string {
	return []string{`marketplace_inbound_deliveries_total{endpoint="logs",sender="vercel"} 1`}
}

func sha1Of(secrets *inbound.Secrets) inbound.HMAC {
	return inbound.HMAC{Header: "X-Vercel-Signature", Hash: sha1.New, Secrets: secrets}
}
