package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/internal/testlog"
	"github.com/aimarketplace/monitoring/report/app"
)

// execute runs a command and returns what it prints and logs.
func execute(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out bytes.Buffer
	log := &testlog.Buffer{}
	err = app.Run(t.Context(), args, &out, log)
	return out.String(), log.String(), err
}

func outageEnd() time.Time { return time.Date(2026, 6, 28, 15, 0, 0, 0, time.UTC) }

func history() *promtest.History {
	h := &promtest.History{}
	h.Add(`ALERTS{environment="production",alertname="WebsiteDown",severity="P0",component="website",alertstate="firing"}`,
		outageEnd().Add(-time.Hour), outageEnd(), time.Minute, func(time.Time) float64 { return 1 })
	h.Add(`origin:http_requests:rate5m{environment="production",origin="<script>alert(1)</script>|`+"`*_"+`"}`,
		outageEnd().Add(-48*time.Hour), outageEnd(), 5*time.Minute, func(time.Time) float64 { return 10 })
	return h
}

// TestSecretsAppearNowhere plants secrets in all places where operators put them.
func TestSecretsAppearNowhere(t *testing.T) {
	server := promtest.StartWithHistory(t, history(), "--query.lookback-delta=5m").URL()
	planted := func(address string) string { return strings.Replace(address, "://", "://user:planted@", 1) }
	file := filepath.Join(t.TempDir(), "http.yml")
	require.NoError(t, os.WriteFile(file, []byte("authorization: { credentials: planted }\n"), 0o600))
	global := []string{
		"--prometheus.url=" + planted(server) + "?token=planted", "--alertmanager.url=" + planted("http://127.0.0.1:1") + "/?token=planted",
		"--alertmanager.http-config-file=" + file, "--grafana.url=" + planted("https://grafana.example") + "?token=planted", "--log.level=debug",
	}
	end := outageEnd().Format(time.RFC3339)
	for _, command := range [][]string{
		{"report", "daily", "--end=" + end},
		{"report", "monthly", "--end=" + end},
		{"incident", "--at=" + end},
		{"incident", "--alert=WebsiteDown", "--at=" + end},
	} {
		for _, format := range []string{"markdown", "html", "json"} {
			stdout, stderr, err := execute(t, append(append(command, "--format="+format), global...)...)
			require.NoError(t, err)
			require.NotContains(t, stdout+stderr, "planted")
			require.Contains(t, stdout, "WebsiteDown")
			require.Contains(t, stdout, "Silences are unknown: reading the silences: dial tcp 127.0.0.1:1: connect: connection refused")
			switch format {
			case "html":
				for _, active := range []string{"<script", "<link", "<img", "@import", "src=", "url(", "<iframe", "<style", "onload"} {
					require.NotContains(t, stdout, active, "mail clients run no scripts and load no files")
				}
			case "json":
				require.True(t, json.Valid([]byte(stdout)))
			}
		}
	}
}

func TestInvalidFlags(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"URL":            {[]string{"report", "daily", "--prometheus.url=http://u:planted@h:x"}, "checking --prometheus.url"},
		"Alertmanager":   {[]string{"report", "daily", "--alertmanager.url=u:planted@h"}, "checking --alertmanager.url"},
		"Grafana":        {[]string{"report", "daily", "--grafana.url=u:planted@h"}, "checking --grafana.url"},
		"time zone":      {[]string{"report", "daily", "--timezone=Asia/Soul"}, "checking --timezone"},
		"concurrency":    {[]string{"report", "daily", "--prometheus.max-concurrency=0"}, "must be above zero"},
		"end":            {[]string{"report", "daily", "--end=yesterday"}, "checking --end"},
		"incident":       {[]string{"incident"}, "pass --alert=NAME, --at=TIME"},
		"incident time":  {[]string{"incident", "--at=now"}, "checking --at"},
		"mail address":   {[]string{"report", "daily", "--mail=devops", "--smtp.smarthost=h:25"}, "checking --mail"},
		"mail sender":    {[]string{"report", "daily", "--mail=a@b.example", "--smtp.smarthost=h:25"}, "checking --smtp.from"},
		"mail smarthost": {[]string{"incident", "--at=x", "--mail=a@b.example"}, "checking --smtp.smarthost"},
		"unreachable":    {[]string{"report", "daily", "--prometheus.url=http://u:planted@127.0.0.1:1"}, "hint: check that --prometheus.url is reachable"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := execute(t, test.args...)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "planted")
		})
	}
}

func TestHelpNamesEnvironmentVariables(t *testing.T) {
	stdout, _, err := execute(t, "report", "--help")
	require.NoError(t, err)
	require.Contains(t, stdout, "MARKETPLACE_REPORT_PROMETHEUS_URL")
	t.Setenv("MARKETPLACE_REPORT_TIMEZONE", "Asia/Soul")
	_, _, err = execute(t, "report", "daily")
	require.ErrorContains(t, err, "checking --timezone")
}
