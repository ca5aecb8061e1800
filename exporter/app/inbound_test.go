package app_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const drainSecret = "s3cret-s3cret-s3cret-s3cret-s3cret"

// deliver posts a log row to a drain, and returns the status of the response.
func deliver(t *testing.T, address, secret, row string) int {
	t.Helper()
	return deliverTo(t, "http://"+address+"/vercel/logs", secret, row)
}

func deliverTo(t *testing.T, url, secret, row string) int {
	t.Helper()
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write([]byte(row))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(row))
	require.NoError(t, err)
	request.Header.Set("X-Vercel-Signature", hex.EncodeToString(mac.Sum(nil)))
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

func TestDeliveriesHaveASeparateAddress(t *testing.T) {
	secrets := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(secrets, []byte(drainSecret+"\n"), 0o600))
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file="+secrets)
	address := e.InboundAddr().String()

	require.Equal(t, http.StatusUnauthorized, deliver(t, address, "guess", `{"id":"1","statusCode":500,"path":"/api/prompts"}`))
	require.Equal(t, http.StatusOK, deliver(t, address, drainSecret, `{"id":"1","statusCode":500,"path":"/api/prompts","environment":"production"}`))
	status, _ := e.do(t, http.MethodPost, "/vercel/logs")
	require.Equal(t, http.StatusNotFound, status, "the address of the metrics accepts no deliveries")

	metrics := e.scrape(t)
	requireSample(t, 1, metrics, "marketplace_edge_requests_total", `code="500"`, `route="/api/prompts"`, `environment="production"`)
	requireSample(t, 1, metrics, "marketplace_inbound_rejections_total", `sender="vercel"`, `endpoint="logs"`, `reason="signature"`)
	requireSample(t, 1, metrics, "marketplace_source_up", `source="vercel"`)
	requireSample(t, 1, metrics, "marketplace_source_up", `source="inbound"`)

	require.NoError(t, os.WriteFile(secrets, []byte("another-"+drainSecret+"\n"), 0o600))
	require.NoError(t, e.Reload())
	require.Equal(t, http.StatusOK, deliver(t, address, "another-"+drainSecret, `{"id":"2","statusCode":200}`))
	require.NotContains(t, e.log.String(), drainSecret)
	require.NoError(t, e.stop())
	_, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.Error(t, err, "the listener is closed")
}

func TestDeliveriesAreOffWithoutAnAddress(t *testing.T) {
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d")
	_, found := sample(e.scrape(t), "marketplace_source_up", `source="vercel"`)
	require.False(t, found)
	_, found = sample(e.scrape(t), "marketplace_source_up", `source="inbound"`)
	require.False(t, found)
	require.NotContains(t, e.scrape(t), "marketplace_vercel_")
	require.NotContains(t, e.scrape(t), "marketplace_inbound_")
	require.Nil(t, e.InboundAddr())
}

func TestInboundAddressInUseFailsTheStart(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	secrets := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(secrets, []byte(drainSecret+"\n"), 0o600))
	_, err = execute(t, "--database.url=postgres://u@127.0.0.1:1/d", "--web.listen-address=127.0.0.1:0",
		"--inbound.listen-address="+taken.Addr().String(), "--vercel.secret-file="+secrets)
	require.ErrorContains(t, err, "hint: set another --inbound.listen-address")
}

func TestListenerAndSendersRequireEachOther(t *testing.T) {
	secrets := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(secrets, []byte(drainSecret+"\n"), 0o600))
	_, err := execute(t, "--database.url=postgres://u@127.0.0.1:1/d", "--vercel.secret-file="+secrets)
	require.ErrorContains(t, err, "--vercel.secret-file: --inbound.listen-address is not set; hint: --inbound.listen-address=:9848")
	_, err = execute(t, "--database.url=postgres://u@127.0.0.1:1/d", "--web.listen-address=127.0.0.1:0", "--inbound.listen-address=127.0.0.1:0")
	require.ErrorContains(t, err, "hint: set the secret file of a sender, such as --vercel.secret-file")
}

func drainsOnly(t *testing.T, args ...string) *exporter {
	t.Helper()
	secrets := filepath.Join(t.TempDir(), "secrets")
	require.NoError(t, os.WriteFile(secrets, []byte(drainSecret+"\n"), 0o600))
	return start(t, append(args, "--inbound.listen-address=127.0.0.1:0", "--vercel.secret-file="+secrets)...)
}

const oneSpan = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"7bba9f33312b3dbb8b2c2c62bb7abe01","spanId":"0000000000000001",` +
	`"name":"GET /api/prompts","kind":2,"startTimeUnixNano":"1694723400000000000","endTimeUnixNano":"1694723400150000000"}]}]}]}`

func TestDrainsNeedNoDatabase(t *testing.T) {
	e := drainsOnly(t)
	require.Equal(t, http.StatusOK, deliver(t, e.InboundAddr().String(), drainSecret, `{"id":"1","statusCode":500,"path":"/api/prompts"}`))
	metrics := e.scrape(t)
	requireSample(t, 1, metrics, "marketplace_edge_requests_total", `code="500"`)
	require.NotContains(t, metrics, "pg_up")
	require.Contains(t, e.log.String(), "no database is configured")
	_, err := execute(t)
	require.ErrorContains(t, err, "hint: set DATABASE_URL", "without drains, a missing database is an error")
}

func TestPoolerNeedsNoDatabase(t *testing.T) {
	e := start(t, "--pgbouncer.url=postgres://watcher:canary@127.0.0.1:1/pgbouncer")
	metrics := e.scrape(t)
	requireSample(t, 0, metrics, "pgbouncer_up")
	require.Len(t, failing(metrics, `source="pgbouncer"`, `reason="unreachable"`), 1)
	require.NotContains(t, metrics, "pg_up")
	require.NotContains(t, metrics+e.log.String(), "canary")
}

func TestShutdownWaitsForAScrapeOfTheLastDeliveries(t *testing.T) {
	e := drainsOnly(t, "--collect.shutdown-wait=30s", "--vercel.trace-wait=1h")
	require.Equal(t, http.StatusOK, deliverTo(t, "http://"+e.InboundAddr().String()+"/vercel/traces", drainSecret, oneSpan))
	require.NotContains(t, e.scrape(t), `route="/api/prompts"`, "the span waits for others")
	stopped := make(chan error, 1)
	go func() { stopped <- e.stop() }()
	require.Eventually(t, func() bool { return strings.Contains(e.log.String(), "waiting for a scrape") }, 10*time.Second, 10*time.Millisecond)
	requireSample(t, 1, e.scrape(t), "marketplace_http_requests_total", `route="/api/prompts"`, `code="unknown"`)
	require.NoError(t, <-stopped)
	require.NotContains(t, e.log.String(), "were not scraped")
}

func TestShutdownDoesNotWaitLongForAScrape(t *testing.T) {
	e := drainsOnly(t, "--collect.shutdown-wait=100ms")
	require.Equal(t, http.StatusOK, deliver(t, e.InboundAddr().String(), drainSecret, `{"id":"1","statusCode":500}`))
	stopped := time.Now()
	require.NoError(t, e.stop())
	require.Less(t, time.Since(stopped), 4*time.Second)
	require.Contains(t, e.log.String(), "were not scraped; hint: set --collect.shutdown-wait")
}

func TestShutdownWithoutNewDeliveriesDoesNotWait(t *testing.T) {
	e := drainsOnly(t, "--collect.shutdown-wait=1h")
	require.Equal(t, http.StatusOK, deliver(t, e.InboundAddr().String(), drainSecret, `{"id":"1","statusCode":500}`))
	e.scrape(t)
	require.NoError(t, e.stop())
}
