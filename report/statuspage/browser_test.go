package statuspage

import (
	"flag"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// `make status-page-check` sets them. It installs Chromium, which other tests do not need.
var (
	browser  = flag.String("browser", "", "directory with check.mjs and its node_modules; Chromium checks the pages if it is set")
	pictures = flag.String("pictures", "", "directory for the pictures of Chromium")
)

const outageNote = `---
title: Card payments fail
components: [payments]
impact: critical
---
## investigating 2026-11-20T11:20:00Z

Card payments fail since 11:12 UTC. Other payment methods work.

## identified 2026-11-20T11:41:00Z

Our payment provider has an outage. We follow it at [status.stripe.com](https://status.stripe.com/).
`

// TestScenarios shows the site in each state, and checks it in Chromium if -browser is set.
func TestScenarios(t *testing.T) {
	planned := func() *fixture {
		f := shop()
		f.maintenance("Database upgrade", "database", "2026-11-22T17:00:00Z", "2026-11-22T18:00:00Z")
		return f
	}
	outage := planned()
	outage.current(`marketplace:component_status{component="payments",environment="production",replica="b"}`, 3)
	outage.current(`marketplace:component_status{component="api",environment="production",replica="b"}`, 1)
	outage.alert(`component="api",environment="production",severity="P1",alertname="ErrorRateHigh"`, "2026-11-20T11:31:30Z", "2026-11-20T12:00:00Z")
	maintenance := shop()
	maintenance.maintenance("Database upgrade", "database", "2026-11-20T11:30:00Z", "2026-11-20T13:00:00Z")

	operational := planned().start(t)
	gone := newPage(t, operational.URL(), "")
	gone.refresh(t.Context(), now())
	gone.source.querier = failing{}
	scenarios := map[string]struct {
		page *page
		at   time.Time
		path string
		want string
	}{
		"operational": {newPage(t, operational.URL(), ""), now(), "/", "All systems operational"},
		"korean":      {newPage(t, operational.URL(), ""), now(), "/?lang=ko", "모든 시스템이 정상입니다"},
		"history":     {newPage(t, operational.URL(), ""), now(), "/history", "API: outage"},
		"incident":    {newPage(t, operational.URL(), ""), now(), "", "Payments: outage"},
		"outage":      {newPage(t, outage.start(t).URL(), write(t, "cards.md", outageNote)), now(), "/", "Major system outage"},
		"maintenance": {newPage(t, maintenance.start(t).URL(), ""), now(), "/", "Maintenance in progress"},
		"unknown":     {gone, now().Add(18 * time.Minute), "/", "Status unknown"},
	}
	var arguments []string
	for name, s := range scenarios {
		s.page.refresh(t.Context(), s.at)
		if s.path == "" {
			s.path = "/incidents/" + s.page.edition.Load().Incidents[0].ID
		}
		require.Contains(t, s.page.get(t, s.path), s.want, name)
		arguments = append(arguments, name+"="+s.page.url+s.path)
	}
	if *browser == "" {
		return
	}
	command := exec.CommandContext(t.Context(), "node", append([]string{"check.mjs", *pictures}, arguments...)...)
	command.Dir = *browser
	out, err := command.CombinedOutput()
	t.Log(strings.TrimSpace(string(out)))
	require.NoError(t, err, "see the findings above")
}
