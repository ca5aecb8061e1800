package uptimerobot_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

// polled returns the source with a key, and a service that responds with a file.
func polled(t *testing.T, key, file string) sourcetest.Polled {
	t.Helper()
	document := serveFile(t, file)
	return sourcetest.Polled{
		Open:    func(t *testing.T, address *url.URL) source.Source { t.Helper(); return openAt(t, key, address) },
		Healthy: func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(document) },
		Series:  "marketplace_uptimerobot_monitor_up{", Requests: 1,
	}
}

func TestOutagesOfV3(t *testing.T) { sourcetest.Outages(t, polled(t, tokenV3, "v3.json")) }

func TestOutagesOfV2(t *testing.T) { sourcetest.Outages(t, polled(t, keyV2, "v2.json")) }
