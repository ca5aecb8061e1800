package database_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/internal/pgtest"
)

// remote returns the URL with an address of this machine that does not count as loopback.
func remote(url string) string { return strings.Replace(url, "127.0.0.1", "0.0.0.0", 1) }

// requireAuthentication connects to an unverified server with each way of storing a password.
func requireAuthentication(t *testing.T, url func(database, user string) string) {
	t.Helper()
	connect := func(url string) error {
		_, err := queryText(t, open(t, database.Config{URL: url}), "SELECT 'x'")
		return err
	}
	require.NoError(t, connect(remote(url("postgres", "modern:x"))))

	const hint = "server requested md5 authentication; hint: the server is not verified, so it must use scram-sha-256"
	old := url("postgres", "old:x")
	err := connect(remote(old))
	require.ErrorContains(t, err, hint)
	require.ErrorContains(t, err, "or accept md5 with require_auth=md5 in the URL")
	require.Equal(t, failure.Invalid, database.Reason(err))
	require.NoError(t, connect(remote(old)+"&require_auth=md5"))
	require.NoError(t, connect(old), "no other host can listen on the loopback interface")
}

func TestUnverifiedServersMustUseSCRAM(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE modern LOGIN PASSWORD 'x'; SET password_encryption = 'md5'; CREATE ROLE old LOGIN PASSWORD 'x'")
	require.NoError(t, s.Write("data/pg_hba.conf", "local all all trust\nhost all postgres all trust\nhost all all all md5\n"))
	s.Exec(t, "postgres", "SELECT pg_reload_conf()")
	requireAuthentication(t, s.URL)

	trusting := remote(s.URL("postgres", "postgres:x"))
	_, err := queryText(t, open(t, database.Config{URL: trusting}), "SELECT 'x'")
	require.ErrorContains(t, err, "hint: the server requests no password")
	_, err = queryText(t, open(t, database.Config{URL: trusting + "&require_auth=none"}), "SELECT 'x'")
	require.NoError(t, err)

	socket := open(t, database.Config{URL: "postgres://old:x@/postgres?host=" + s.Dir() + "&port=" + portOf(s)})
	_, err = queryText(t, socket, "SELECT 'x'")
	require.NoError(t, err, "sockets need no authentication")
}

func portOf(s *pgtest.Server) string { return s.Address()[strings.LastIndex(s.Address(), ":")+1:] }

// PgBouncer uses the method of the stored password with auth_type md5.
func TestUnverifiedPoolersMustUseSCRAM(t *testing.T) {
	s := pgtest.Newest(t)
	s.Exec(t, "postgres", "CREATE ROLE modern LOGIN PASSWORD 'x'; CREATE ROLE old LOGIN PASSWORD 'x'")
	bouncer := pgtest.Bouncer(t, s, func(opts *pgtest.BouncerOptions) {
		opts.Users = map[string]string{"modern": "x", "old": "x"}
		opts.HBA = "host all modern 127.0.0.1/32 scram-sha-256\nhost all old 127.0.0.1/32 md5\n"
	})
	requireAuthentication(t, bouncer.URL)
}

func TestChannelBinding(t *testing.T) {
	s := pgtest.Newest(t)
	certificate := newCertificate(t)
	writeCertificate(t, s, certificate)
	s.Exec(t, "postgres", "ALTER SYSTEM SET ssl = on")
	s.Exec(t, "postgres", "CREATE ROLE modern LOGIN PASSWORD 'x'; SELECT pg_reload_conf()")
	url := strings.Replace(remote(s.URL("postgres", "modern:x")), "sslmode=disable", "sslmode=require", 1)
	for _, setting := range []string{"", "&channel_binding=require", "&channel_binding=require&require_auth=scram-sha-256"} {
		_, err := queryText(t, open(t, database.Config{URL: url + setting}), "SELECT 'x'")
		require.NoError(t, err, setting)
	}

	relayed := strings.Replace(url, strings.TrimPrefix(remote(s.Address()), "0.0.0.0"), portOfRelay(t, s.Address()), 1)
	_, err := queryText(t, open(t, database.Config{URL: relayed}), "SELECT 'x'")
	require.ErrorContains(t, err, "SCRAM channel binding check failed", "by default, a relay with another certificate is detected")
	_, err = queryText(t, open(t, database.Config{URL: relayed + "&channel_binding=disable"}), "SELECT 'x'")
	require.NoError(t, err)
}

// portOfRelay returns the port, as in :5432, of a server that relays encrypted connections to
// address with a certificate of its own.
func portOfRelay(t *testing.T, address string) string {
	t.Helper()
	certificate := newCertificate(t)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go relay(client, address, certificate)
		}
	}()
	return listener.Addr().String()[len("127.0.0.1"):]
}

func relay(client net.Conn, address string, certificate tls.Certificate) {
	defer client.Close()
	server, err := new(net.Dialer).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	request := make([]byte, 8) // SSLRequest
	if _, err := io.ReadFull(client, request); err != nil {
		return
	}
	_, _ = server.Write(request)
	_, _ = io.ReadFull(server, request[:1])
	_, _ = client.Write([]byte("S"))
	inner := tls.Server(client, &tls.Config{Certificates: []tls.Certificate{certificate}})
	outer := tls.Client(server, &tls.Config{InsecureSkipVerify: true})
	go func() {
		_, _ = io.Copy(outer, inner)
		_ = server.Close()
	}()
	_, _ = io.Copy(inner, outer)
}

// newCertificate returns a certificate that no authority signed.
func newCertificate(t *testing.T) tls.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{public}, PrivateKey: private}
}

// writeCertificate gives the server its certificate.
func writeCertificate(t *testing.T, s *pgtest.Server, certificate tls.Certificate) {
	t.Helper()
	secretPart, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	require.NoError(t, err)
	info, err := os.Stat(s.Join("data/PG_VERSION"))
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	for name, block := range map[string]*pem.Block{
		"data/server.crt": {Type: "CERTIFICATE", Bytes: certificate.Certificate[0]},
		"data/server.key": {Type: "PRIVATE KEY", Bytes: secretPart},
	} {
		require.NoError(t, s.Write(name, string(pem.EncodeToMemory(block))))
		require.NoError(t, os.Chown(s.Join(name), int(owner.Uid), int(owner.Gid)))
	}
}
