package database_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
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

	socket := open(t, database.Config{URL: "postgres://old:x@/postgres?host=" + s.Dir() + "&port=" + portOf(s)})
	_, err := queryText(t, socket, "SELECT 'x'")
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
	writeCertificate(t, s)
	s.Exec(t, "postgres", "ALTER SYSTEM SET ssl = on")
	s.Exec(t, "postgres", "CREATE ROLE modern LOGIN PASSWORD 'x'; SELECT pg_reload_conf()")
	url := strings.Replace(remote(s.URL("postgres", "modern:x")), "sslmode=disable", "sslmode=require", 1)
	for _, setting := range []string{"", "&channel_binding=require", "&channel_binding=require&require_auth=scram-sha-256"} {
		_, err := queryText(t, open(t, database.Config{URL: url + setting}), "SELECT 'x'")
		require.NoError(t, err, setting)
	}
}

// writeCertificate gives the server a certificate that no authority signed.
func writeCertificate(t *testing.T, s *pgtest.Server) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	public, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	secretPart, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	info, err := os.Stat(s.Join("data/PG_VERSION"))
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	for name, block := range map[string]*pem.Block{
		"data/server.crt": {Type: "CERTIFICATE", Bytes: public}, "data/server.key": {Type: "PRIVATE KEY", Bytes: secretPart},
	} {
		require.NoError(t, s.Write(name, string(pem.EncodeToMemory(block))))
		require.NoError(t, os.Chown(s.Join(name), int(owner.Uid), int(owner.Gid)))
	}
}
