package app_test

import (
	"compress/gzip"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
)

func TestScrapesBeyondTheMaximumGetStatus503(t *testing.T) {
	e, scraped := startWithScrape(t, "--collect.timeout=2s", "--web.max-requests=1")
	status, body := e.get(t, "/metrics")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, body, "hint: ")
	status, _ = e.get(t, "/-/healthy")
	require.Equal(t, http.StatusOK, status, "only scrapes are limited")
	require.Equal(t, http.StatusOK, <-scraped)
	status, _ = e.get(t, "/metrics")
	require.Equal(t, http.StatusOK, status)
}

func TestClientThatClosesItsConnectionIsNotLogged(t *testing.T) {
	e := start(t, "--database.url=postgres://u@"+silent(t)+"/d", "--collect.timeout=1s")
	for range 3 {
		connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", e.Addr().String())
		require.NoError(t, err)
		_, err = connection.Write([]byte("GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n"))
		require.NoError(t, err)
		time.Sleep(100 * time.Millisecond) // the scrape is waiting for the database
		require.NoError(t, connection.(*net.TCPConn).SetLinger(0))
		require.NoError(t, connection.Close()) // resets the connection, so writing to it fails
	}
	time.Sleep(1500 * time.Millisecond)
	require.NoError(t, e.stop())
	require.NotContains(t, e.log.String(), "level=ERROR")
	require.NotContains(t, e.log.String(), "reset")
	require.NotContains(t, e.log.String(), "broken pipe")
}

func TestPages(t *testing.T) {
	e := start(t, "--database.url=postgres://u:canary@127.0.0.1:1/d", "--web.telemetry-path=/m")
	for path, want := range map[string]string{
		"/": `href="/m"`, "/-/healthy": "healthy", "/-/ready": "ready", "/m": "pg_up",
	} {
		status, body := e.get(t, path)
		require.Equal(t, http.StatusOK, status, path)
		require.Contains(t, body, want, path)
		require.NotContains(t, body, "canary", path)
	}
	status, _ := e.get(t, "/nothing")
	require.Equal(t, http.StatusNotFound, status)
	status, body := e.do(t, http.MethodPost, "/-/reload")
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, body, "--web.enable-lifecycle")
	require.NotContains(t, e.log.String(), "canary")
}

func TestContentIsNegotiated(t *testing.T) {
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d")
	status, body := e.get(t, "/metrics", "Accept", "application/openmetrics-text; version=1.0.0")
	require.Equal(t, http.StatusOK, status)
	require.True(t, strings.HasSuffix(body, "# EOF\n"))
	require.NotContains(t, body, "_created", "they add a series to every counter")

	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.url+"/metrics", nil)
	require.NoError(t, err)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, "gzip", response.Header.Get("Content-Encoding"))
	unpacked, err := gzip.NewReader(response.Body)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Contains(t, string(text), "pg_up")
}

func TestBasicAuthentication(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("secret"), bcrypt.MinCost)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "web.yml")
	require.NoError(t, os.WriteFile(file, []byte("basic_auth_users:\n  prometheus: "+string(hash)+"\n"), 0o600))
	e := start(t, "--database.url=postgres://u@127.0.0.1:1/d", "--web.config.file="+file)
	status, _ := e.get(t, "/metrics")
	require.Equal(t, http.StatusUnauthorized, status)
	status, _ = e.get(t, "/metrics", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("prometheus:secret")))
	require.Equal(t, http.StatusOK, status)
}
