package database

import (
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseURL(t *testing.T) {
	for name, test := range map[string]struct {
		url, host, database, user, password string
		port                                uint16
	}{
		"Prisma URL": {
			"postgres://postgres.ref:p%40ss@aws-0-ap.pooler.supabase.com:6543/postgres?pgbouncer=true&connection_limit=1" +
				"&pool_timeout=0&schema=public&sslaccept=accept_invalid_certs&socket_timeout=5&statement_cache_size=0",
			"aws-0-ap.pooler.supabase.com", "postgres", "postgres.ref", "p@ss", 6543,
		},
		"scheme postgresql": {"postgresql://u:p@h:5432/d", "h", "d", "u", "p", 5432},
		"key=value":         {"host=h port=5433 user=u password=p dbname=d", "h", "d", "u", "p", 5433},
		"IPv6 address":      {"postgres://u:p@[::1]:5432/d", "::1", "d", "u", "p", 5432},
		"several hosts":     {"postgres://u:p@h:5432,other:5433/d?target_session_attrs=primary", "h", "d", "u", "p", 5432},
	} {
		config, err := parseURL(test.url)
		require.NoError(t, err, name)
		require.Equal(t, test.host, config.Host, name)
		require.Equal(t, test.database, config.Database, name)
		require.Equal(t, test.user, config.User, name)
		require.Equal(t, test.password, config.Password, name)
		require.Equal(t, test.port, config.Port, name)
		require.Empty(t, config.RuntimeParams, "%s: poolers reject startup parameters", name)
	}
}

func TestStartupParametersThatPoolersRejectAreRemoved(t *testing.T) {
	t.Setenv("PGTZ", "Asia/Seoul")
	config, err := parseURL("postgres://u:p@h/d?search_path=shop&statement_timeout=5&options=reference%3Dabc&application_name=x")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"options": "reference=abc", "application_name": "x"}, config.RuntimeParams)
}

func TestSearchPathIsSetByTransactions(t *testing.T) {
	for url, want := range map[string]string{
		"postgres://u:p@h/d":                             "",
		"postgres://u:p@h/d?schema=shop":                 `"shop"`,
		"postgres://u:p@h/d?schema=My%20Shop":            `"My Shop"`,
		"postgres://u:p@h/d?schema=a&search_path=b%2C+c": "b,+c",
		"host=h search_path=shop":                        "shop",
	} {
		config, err := parseURL(url)
		require.NoError(t, err, url)
		require.Equal(t, want, config.searchPath, url)
		require.Empty(t, config.RuntimeParams, url)
	}
}

func TestOptionsAreNotChanged(t *testing.T) {
	config, err := parseURL("postgres://u:p@h/d?options=-c%20search_path%3Dshop+x&connection_limit=1")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"options": "-c search_path=shop+x"}, config.RuntimeParams)
}

func TestErrorsNameTheInvalidSetting(t *testing.T) {
	key := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(key, []byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), 0o600))
	for setting, url := range map[string]string{
		"sslmode":              "postgres://u:canary@h/d?sslmode=strict",
		"sslrootcert":          "postgres://u:canary@h/d?sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
		"sslcert":              "postgres://u:canary@h/d?sslmode=require&sslcert=/nowhere/c.pem&sslkey=" + key,
		"sslkey":               "postgres://u:canary@h/d?sslmode=require&sslcert=/nowhere/c.pem&sslkey=/nowhere/k.pem",
		"target_session_attrs": "host=h password=canary target_session_attrs=writable",
		"channel_binding":      "postgres://u:canary@h/d?channel_binding=always",
		"require_auth":         "postgres://u:canary@h/d?require_auth=scram",
		"connect_timeout":      "postgres://u:canary@h/d?connect_timeout=soon",
		"port":                 "postgres://u:canary@h:port/d",
		"--database.url":       "postgres://u:canary@h/d?sslmode=strict",
	} {
		_, err := Config{URL: url}.Primary().connConfig()
		require.ErrorContains(t, err, setting, url)
		require.ErrorContains(t, err, "hint:", url)
		require.NotContains(t, err.Error(), "canary", url)
	}
	_, err := Config{URL: "postgres://h/d", ReplicaURL: "postgres://h/d?sslmode=strict"}.Replica().connConfig()
	require.ErrorContains(t, err, "--database.replica-url")
}

func TestProtection(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, testCertificate(t), 0o600))
	for url, want := range map[string]Protection{
		"postgres://h/d":                                       Unencrypted,
		"postgres://h/d?sslmode=disable":                       Unencrypted,
		"postgres://h/d?sslmode=require":                       Encrypted,
		"postgres://127.0.0.1/d":                               Loopback,
		"postgres://localhost/d?sslmode=require":               Loopback,
		"postgres://h,localhost/d":                             Unencrypted,
		"postgres://h/d?sslmode=require&sslrootcert=" + ca:     VerifiedCA,
		"postgres://h/d?sslmode=verify-full&sslrootcert=" + ca: VerifiedHost,
		"postgres://h/d?sslmode=verify-full":                   VerifiedHost,
		"postgres:///d?host=/run/postgresql":                   LocalSocket,
	} {
		config, err := parseURL(url)
		require.NoError(t, err, url)
		require.Equal(t, want, config.Protection(), url)
	}
}

// testCertificate returns a certificate of a test server of package httptest.
func testCertificate(t *testing.T) []byte {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
}

func TestMethodsOfAuthentication(t *testing.T) {
	dir := t.TempDir()
	ca, password := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "password")
	require.NoError(t, os.WriteFile(ca, testCertificate(t), 0o600))
	require.NoError(t, os.WriteFile(password, []byte("p"), 0o600))
	for url, want := range map[string]string{
		"postgres://u:p@h/d":                                              "scram-sha-256",
		"postgres://u:p@h/d?sslmode=disable":                              "scram-sha-256",
		"postgres://u:p@h/d?sslmode=require":                              "scram-sha-256",
		"postgres://u:p@h/d?sslmode=verify-ca&sslrootcert=" + ca:          "scram-sha-256",
		"postgres://u:p@h/d?sslmode=verify-full":                          "",
		"postgres://u:p@h/d?sslmode=require&require_auth=password":        "password",
		"postgres://u:p@h/d?sslmode=verify-full&require_auth=md5":         "md5",
		"postgres://u:p@h/d?require_auth=md5%2Cscram-sha-256":             "md5,scram-sha-256",
		"postgres://u:p@127.0.0.1/d":                                      "!password",
		"postgres://u:p@localhost/d?sslmode=require":                      "!password",
		"postgres://u:p@h,localhost/d":                                    "scram-sha-256",
		"postgres://u@h/d":                                                "!password",
		"postgres:///d?host=/run/postgresql":                              "",
		"postgres://u:p@/d?host=/run/postgresql":                          "",
		"postgres://u:p@h,/run/postgresql/d?sslmode=prefer&options=x":     "scram-sha-256",
		"host=h user=u password=p sslmode=require channel_binding=prefer": "scram-sha-256",
	} {
		config, err := Config{URL: url}.Primary().connConfig()
		require.NoError(t, err, url)
		require.Equal(t, want, config.RequireAuth, url)
		require.Equal(t, "prefer", config.ChannelBinding, "SCRAM binds to the channel if the server can")
	}
	config, err := Config{URL: "postgres://u@h/d", PasswordFile: password}.Primary().connConfig()
	require.NoError(t, err)
	require.Equal(t, "scram-sha-256", config.RequireAuth, "the password comes from the file")
}

func TestPrismaTLSParameters(t *testing.T) {
	strict, err := parseURL("postgres://u:p@h/d?sslmode=require&sslaccept=strict")
	require.NoError(t, err)
	require.NotNil(t, strict.TLSConfig)
	require.False(t, strict.TLSConfig.InsecureSkipVerify)
	require.Equal(t, "h", strict.TLSConfig.ServerName)
	require.Empty(t, strict.Fallbacks, "no unencrypted fallback")

	lax, err := parseURL("postgres://u:p@h/d?sslmode=require&sslaccept=accept_invalid_certs&connect_timeout=0")
	require.NoError(t, err)
	require.True(t, lax.TLSConfig.InsecureSkipVerify)
	require.Zero(t, lax.ConnectTimeout, "the default of the flag replaces a connection without a timeout")
}

func TestErrorsOfInvalidURLsContainNoSecrets(t *testing.T) {
	for name, url := range map[string]string{
		"other database":    "mysql://u:canary@h/d",
		"unescaped #":       "postgres://u:can#canary@h/d",
		"unescaped %":       "postgres://u:canary%zz@h/d",
		"unescaped /":       "postgres://u:canary/canary@h:x/d",
		"unescaped @":       "postgres://u:canary@canary@h/d",
		"unescaped ?":       "postgres://u:12?canary@h/d",
		"port before a /":   "postgres://u:12/canary@h:5432/d",
		"unescaped space":   "host=h password=my canary_port user=u",
		"other scheme":      "host=h password=canary://x dbname",
		"invalid port":      "postgres://u:canary@h:port/d",
		"unknown sslmode":   "postgres://u:canary@h/d?sslmode=canary",
		"invalid key=value": "host=h password='canary",
	} {
		_, err := parseURL(url)
		require.Error(t, err, name)
		require.Contains(t, err.Error(), "hint:", name)
		require.NotContains(t, err.Error(), "canary", name)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	config := Config{
		URLFile: write("url", "postgres://u@h/d\n"), PasswordFile: write("password", "first\n"), Timeout: 5 * time.Second,
	}
	first, err := config.Primary().connConfig()
	require.NoError(t, err)
	require.Equal(t, "first", first.Password)
	require.Equal(t, 5*time.Second, first.ConnectTimeout)

	write("password", "second")
	second, err := config.Primary().connConfig()
	require.NoError(t, err)
	require.Equal(t, "second", second.Password)

	write("password", "")
	_, err = config.Primary().connConfig()
	require.ErrorContains(t, err, "reading --database.password-file: "+config.PasswordFile+" is empty")
}

func TestURLMustBeConfiguredOnce(t *testing.T) {
	_, err := Open(Config{}.Primary(), "test")
	require.ErrorContains(t, err, "hint: set DATABASE_URL")
	_, err = Open(Config{URL: "postgres://h/d", URLFile: "x"}.Primary(), "test")
	require.ErrorContains(t, err, "hint: remove one")
}

func TestReplicaURL(t *testing.T) {
	config, err := Config{URL: "postgres://primary/d", ReplicaURL: "postgres://replica/d"}.Replica().connConfig()
	require.NoError(t, err)
	require.Equal(t, "replica", config.Host)
	config, err = Config{URL: "postgres://primary/d"}.Replica().connConfig()
	require.NoError(t, err)
	require.Equal(t, "primary", config.Host)
}
