package database

import (
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
	require.ErrorContains(t, err, "reading the password file: "+config.PasswordFile+" is empty")
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
