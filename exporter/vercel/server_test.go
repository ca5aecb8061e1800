package vercel

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(context.WithoutCancel(t.Context()))
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	require.NoError(t, connection.SetDeadline(time.Now().Add(10*time.Second)))
	return connection
}

// serveQuickly serves with short timeouts.
func serveQuickly(t *testing.T, config Config, handler http.Handler) *journal {
	t.Helper()
	written := &journal{}
	limits := timeouts{header: 200 * time.Millisecond, read: 400 * time.Millisecond, write: time.Second, idle: 200 * time.Millisecond}
	s := newServer(config, limits, handler, slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug})))
	require.NoError(t, s.listen())
	ctx, stop := contextOf(t)
	var running sync.WaitGroup
	running.Go(func() { s.run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return written
}

func TestSlowSendersAreCutOff(t *testing.T) {
	t.Parallel()
	config := configure(t)
	read := make(chan error, 1)
	serveQuickly(t, config, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
	}))
	t.Run("in the header", func(t *testing.T) {
		connection := dial(t, config.ListenAddress)
		_, err := io.WriteString(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\n")
		require.NoError(t, err)
		_, err = io.ReadAll(connection)
		require.NoError(t, err, "the other end has closed it")
	})
	t.Run("in the body", func(t *testing.T) {
		connection := dial(t, config.ListenAddress)
		_, err := io.WriteString(connection, "POST /vercel/logs HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf")
		require.NoError(t, err)
		require.Error(t, <-read)
	})
	t.Run("before anything", func(t *testing.T) {
		_, err := io.ReadAll(dial(t, config.ListenAddress))
		require.NoError(t, err)
	})
}

func TestAHeaderThatIsTooLongIsRefusedAndNotLogged(t *testing.T) {
	t.Parallel()
	config := configure(t)
	written := serveQuickly(t, config, http.NotFoundHandler())
	connection := dial(t, config.ListenAddress)
	_, _ = io.WriteString(connection, "GET / HTTP/1.1\r\nHost: x\r\nX-Canary: "+strings.Repeat("canary", 6000)+"\r\n\r\n")
	answer, _ := io.ReadAll(connection)
	assert.Contains(t, string(answer), "431")
	assert.NotContains(t, written.String(), "canary")
}

func TestConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	config := configure(t)
	config.MaxConnections = 1
	inside, leave := make(chan struct{}, 2), make(chan struct{})
	serveQuickly(t, config, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-leave
	}))
	for range 2 {
		_, err := io.WriteString(dial(t, config.ListenAddress), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		require.NoError(t, err)
	}
	<-inside
	select {
	case <-inside:
		t.Fatal("there are two at once")
	case <-time.After(200 * time.Millisecond):
	}
	close(leave)
	<-inside
}

func TestAListenerThatEndsIsAFailureOfTheSource(t *testing.T) {
	t.Parallel()
	l := listen(t, configure(t))
	require.NoError(t, l.server.failure())
	require.NoError(t, l.server.socket.Close())
	require.Eventually(t, func() bool { return l.server.failure() != nil }, 5*time.Second, 10*time.Millisecond)
	assert.Contains(t, l.log.String(), "no deliveries any more")
	assert.Contains(t, l.server.failure().Error(), "hint: ")
}

func TestFaultsOfConnectionsAreLoggedWithoutThem(t *testing.T) {
	t.Parallel()
	written := &journal{}
	faults := faultLog(slog.New(slog.NewTextHandler(written, &slog.HandlerOptions{Level: slog.LevelDebug})))
	faults.Print("http: TLS handshake error from 203.0.113.7:4711: canary")
	faults.Print("http: panic serving 203.0.113.7:4711: canary")
	faults.Print("http: Accept error: too many open files; retrying in 5ms")
	assert.NotContains(t, written.String(), "203.0.113.7")
	assert.NotContains(t, written.String(), "canary")
	assert.Contains(t, written.String(), "too many open files")
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
		return write(t, string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
	}
	return encode("CERTIFICATE", public), encode("PRIVATE KEY", secretPart)
}
