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

	"github.com/stretchr/testify/require"
)

const drainSecret = "s3cret-s3cret-s3cret-s3cret-s3cret"

// deliver posts a log row to a drain, and returns the status of the response.
func deliver(t *testing.T, address, secret, row string) int {
	t.Helper()
	mac := hmac.New(sha1.New, []byte(secret))
	_, _ = mac.Write([]byte(row))
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+"/vercel/logs", strings.NewReader(row))
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
