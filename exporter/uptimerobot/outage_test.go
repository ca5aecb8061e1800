package uptimerobot_test

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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

// A list that repeats a page, or consists of empty pages, costs two requests in a poll.
func TestPagesThatNeverEnd(t *testing.T) {
	for name, data := range map[string]string{"repeated": `{"id":1,"friendlyName":"website","status":"UP"}`, "empty": ""} {
		t.Run(name, func(t *testing.T) {
			p := polled(t, tokenV3, "v3.json")
			p.Healthy = func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"data":[`+data+`],"nextLink":"https://a/v3/monitors?cursor=1"}`)
			}
			requests, samples := sourcetest.Hour(t, p)
			require.LessOrEqual(t, requests, 2*60)
			require.Contains(t, samples, `marketplace_uptimerobot_dropped_monitors 1`)
		})
	}
}

// UptimeRobot's limit is shared by all clients of an account, and reset every minute.
func TestNoRequestBeforeTheLimitIsReset(t *testing.T) {
	p := polled(t, tokenV3, "v3.json")
	healthy, reset, early := p.Healthy, time.Time{}, 0
	p.Healthy = func(w http.ResponseWriter, r *http.Request) {
		if time.Now().Before(reset) {
			early++
		}
		reset = time.Now().Truncate(time.Minute).Add(2 * time.Minute) // after the next poll
		w.Header().Set("X-RateLimit-Limit", "10")
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix(), 10))
		healthy(w, r)
	}
	requests, samples := sourcetest.Hour(t, p)
	require.Zero(t, early)
	require.InDelta(t, 25, requests, 6, "a poll after most resets")
	require.True(t, sourcetest.Has(samples, p.Series), "the last data are served during a pause")
}
