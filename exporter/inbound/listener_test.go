package inbound_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
	"github.com/aimarketplace/monitoring/internal/testlog"
)

func (l listening) dial(t *testing.T) net.Conn {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	require.NoError(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
	return connection
}

func TestSlowClientsAreDisconnected(t *testing.T) {
	t.Parallel()
	l := start(t, func(o *options) { o.quick = true })
	t.Run("in the header", func(t *testing.T) {
		connection := l.dial(t)
		_, err := io.WriteString(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\n")
		require.NoError(t, err)
		_, err = io.ReadAll(connection)
		require.NoError(t, err, "the server has closed the connection")
	})
	t.Run("in the body", func(t *testing.T) {
		l.stall(t, 9, 4)
		require.Eventually(t, func() bool { return len(l.counted(t)) == 1 }, 5*time.Second, 10*time.Millisecond)
		require.Equal(t, rejected("read"), l.counted(t))
	})
	t.Run("before the header", func(t *testing.T) {
		_, err := io.ReadAll(l.dial(t))
		require.NoError(t, err)
	})
}

func TestLongHeadersAreRejectedAndNotLogged(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	connection := l.dial(t)
	_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nX-Canary: "+strings.Repeat("canary", 6000)+"\r\n\r\n")
	response, _ := io.ReadAll(connection)
	assert.Contains(t, string(response), "431")
	assert.NotContains(t, l.log.String(), "canary")
}

func TestConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	busy := &lines{wait: make(chan struct{}), began: make(chan struct{}, 2)}
	l := start(t, func(o *options) { o.lines, o.config.MaxConnections = busy, 1 })
	for range 2 {
		_, err := fmt.Fprintf(l.dial(t), "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\nX-Vercel-Signature: %s\r\n\r\n%s",
			len(content), draintest.Sign(secret, content), content)
		require.NoError(t, err)
	}
	<-busy.began
	select {
	case <-busy.began:
		t.Fatal("two connections at once")
	case <-time.After(200 * time.Millisecond):
	}
	close(busy.wait)
	<-busy.began
}

func TestAStoppedListenerIsAnError(t *testing.T) {
	t.Parallel()
	l := start(t, nil)
	require.NoError(t, l.Err())
	require.NoError(t, l.Break())
	require.Eventually(t, func() bool { return l.Err() != nil }, 5*time.Second, 10*time.Millisecond)
	assert.Contains(t, l.log.String(), "the inbound listener stopped")
	assert.Contains(t, l.Err().Error(), "hint: ")
}

func TestDeliveriesInProgressFinishDuringShutdown(t *testing.T) {
	t.Parallel()
	o := defaults()
	s, err := inbound.New(o.config, debugLogger(io.Discard))
	require.NoError(t, err)
	secrets, err := inbound.LoadSecrets("vercel.secret-file", writeFile(t, secret))
	require.NoError(t, err)
	o.endpoint.Handler, o.endpoint.Verifier = o.lines.Handle, sha1Of(secrets)
	require.NoError(t, s.Register(o.endpoint))
	require.NoError(t, s.Listen(t.Context()))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { s.Run(ctx) })
	connection := listening{Server: s}.dial(t)
	_, err = fmt.Fprintf(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: %d\r\nX-Vercel-Signature: %s\r\n\r\n%s",
		len(content), draintest.Sign(secret, content), content[:5])
	require.NoError(t, err)
	reading := make([]byte, len("HTTP/1.1 100 Continue\r\n\r\n"))
	_, err = io.ReadFull(connection, reading) // sent once the body is being read
	require.NoError(t, err)
	stop()
	time.Sleep(100 * time.Millisecond) // until the shutdown has begun
	_, err = io.WriteString(connection, content[5:])
	require.NoError(t, err)
	response, err := io.ReadAll(connection)
	require.NoError(t, err)
	assert.True(t, bytes.HasPrefix(response, []byte("HTTP/1.1 200")), "%s", response)
	running.Wait()
	assert.Equal(t, 2, o.lines.counted())
}

func TestErrorsOfConnectionsAreLoggedWithoutTheirData(t *testing.T) {
	t.Parallel()
	written := &testlog.Buffer{}
	errorLog := inbound.NewErrorLog(debugLogger(written))
	errorLog.Print("http: TLS handshake error from 203.0.113.7:4711: canary")
	errorLog.Print("http: panic serving 203.0.113.7:4711: canary")
	errorLog.Print("http: Accept error: too many open files; retrying in 5ms")
	assert.NotContains(t, written.String(), "203.0.113.7")
	assert.NotContains(t, written.String(), "canary")
	assert.Contains(t, written.String(), "too many open files")
}

func TestTLS(t *testing.T) {
	t.Parallel()
	certificate, key := selfSigned(t)
	l := start(t, func(o *options) {
		o.config.WebConfigFile = writeFile(t, "tls_server_config: {cert_file: "+certificate+", key_file: "+key+"}")
	})
	for _, http2 := range []bool{false, true} {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: http2,
		}}
		defer client.CloseIdleConnections()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+l.Addr().String()+"/vercel/logs", strings.NewReader(content))
		require.NoError(t, err)
		request.Header.Set("X-Vercel-Signature", draintest.Sign(secret, content))
		response, err := client.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusOK, response.StatusCode)
		assert.Equal(t, http2, response.ProtoMajor == 2)
	}
}

// selfSigned returns the files of a certificate for this machine.
func selfSigned(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	secretPart, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	encode := func(kind string, der []byte) string {
		return writeFile(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	return encode("CERTIFICATE", public), encode("PRIVATE KEY", secretPart)
}
