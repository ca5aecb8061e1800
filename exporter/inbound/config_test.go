package inbound_test

import (
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/inbound"
	"github.com/aimarketplace/monitoring/internal/draintest"
)

// configured returns a server with one endpoint that does not listen.
func configured(t *testing.T, change func(*inbound.Config)) *inbound.Server {
	t.Helper()
	o := defaults()
	if change != nil {
		change(&o.config)
	}
	s, err := inbound.New(o.config, debugLogger(io.Discard))
	require.NoError(t, err)
	o.endpoint.Handler, o.endpoint.Verifier = o.lines.Handle, sha1Of(&inbound.Secrets{})
	require.NoError(t, s.Register(o.endpoint))
	return s
}

func TestInvalidFlags(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*inbound.Config){
		"an --inbound.max-* flag or --inbound.dedupe-entries": func(c *inbound.Config) { c.MaxRequests = 0 },
		"--inbound.dedupe-entries is not above zero":          func(c *inbound.Config) { c.DedupeEntries = -1 },
		"not above zero; hint: marketplace_exporter --help":   func(c *inbound.Config) { c.MaxBodySize = 0 },
		"--inbound.dedupe-window: 0s is not above zero":       func(c *inbound.Config) { c.DedupeWindow = 0 },
	} {
		config := defaults().config
		change(&config)
		_, err := inbound.New(config, debugLogger(io.Discard))
		require.ErrorContains(t, err, want)
	}
}

func TestAnAddressInUse(t *testing.T) {
	t.Parallel()
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	s := configured(t, func(c *inbound.Config) { c.ListenAddress = taken.Addr().String() })
	require.ErrorContains(t, s.Listen(t.Context()), "hint: set another --inbound.listen-address")
	address := findings(t, s)["address"]
	assert.Equal(t, check.Note, address.Status)
	assert.Contains(t, address.Detail, "is in use")
}

func TestAnInvalidWebConfigFile(t *testing.T) {
	t.Parallel()
	s := configured(t, func(c *inbound.Config) { c.WebConfigFile = writeFile(t, "tls_server_config: {cert_file: /nowhere}") })
	require.ErrorContains(t, s.Listen(t.Context()), "--inbound.web-config-file")
	assert.Equal(t, check.Broken, findings(t, s)["address"].Status)
	assert.Contains(t, findings(t, s)["TLS"].Detail, "configured in")
}

func TestAListenerWithoutEndpoints(t *testing.T) {
	t.Parallel()
	s, err := inbound.New(defaults().config, debugLogger(io.Discard))
	require.NoError(t, err)
	require.ErrorContains(t, s.Listen(t.Context()), "hint: set the secret file of a sender, such as --vercel.secret-file")
	assert.Equal(t, check.Broken, findings(t, s)["endpoints"].Status)
}

func TestADisabledListener(t *testing.T) {
	t.Parallel()
	config := defaults().config
	config.ListenAddress = ""
	s, err := inbound.New(config, debugLogger(io.Discard))
	require.NoError(t, err)
	assert.False(t, s.Enabled())
	require.ErrorContains(t, s.Register(defaults().endpoint), "hint: --inbound.listen-address=:9848")
	require.NoError(t, s.Listen(t.Context()))
	s.Run(t.Context())
	s.Close()
	assert.Nil(t, s.Addr())
	assert.Empty(t, draintest.All(t, s))
	assert.Contains(t, findings(t, s)["listener"].Hint, "--inbound.listen-address")
}

func TestRegisterRejectsInvalidEndpoints(t *testing.T) {
	t.Parallel()
	s := configured(t, nil)
	e := defaults().endpoint
	require.ErrorContains(t, s.Register(e), "incomplete")
	e.Handler, e.Verifier = (&lines{}).Handle, sha1Of(&inbound.Secrets{})
	require.ErrorContains(t, s.Register(e), "has this path already")
	e.Path = "stripe"
	require.ErrorContains(t, s.Register(e), "incomplete")
	e.Path = "/stripe"
	require.NoError(t, s.Register(e))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	all := findings(t, configured(t, nil))
	for subject, want := range map[string]string{"address": "is available", "endpoints": "1: /vercel/logs", "TLS": "reverse proxy"} {
		assert.Equal(t, check.OK, all[subject].Status, subject)
		assert.Contains(t, all[subject].Detail, want)
	}
}

func findings(t *testing.T, s *inbound.Server) map[string]check.Finding {
	t.Helper()
	all := map[string]check.Finding{}
	for _, finding := range s.Check(t.Context()) {
		all[finding.Subject] = finding
		assert.NotContains(t, strings.ToLower(finding.Detail+finding.Hint), secret)
	}
	return all
}
