package uptimerobot_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/source"
	"github.com/aimarketplace/monitoring/exporter/uptimerobot"
	"github.com/aimarketplace/monitoring/internal/sourcetest"
)

const (
	tokenV3 = "planted-v3-token"
	keyV2   = "u123456-0123456789abcdef"
)

// open returns the source with a key that polls a server.
func open(t *testing.T, key string, handler http.HandlerFunc) source.Source {
	t.Helper()
	return openAt(t, key, sourcetest.Serve(t, handler))
}

// openAt returns the source with a key that polls an address.
func openAt(t *testing.T, key string, address *url.URL) source.Source {
	t.Helper()
	config := uptimerobot.Config{KeyFile: sourcetest.File(t, key), URL: address, Version: "auto", Interval: time.Minute, MaxAge: 10 * time.Minute, MaxMonitors: 100}
	s, err := config.Open(source.Deps{Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return s
}

func serveFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return content
}

func TestMonitorsOfV3(t *testing.T) {
	document := serveFile(t, "v3.json")
	s := open(t, tokenV3, func(w http.ResponseWriter, r *http.Request) {
		if r.Method+r.URL.Path+r.Header.Get("Authorization")+r.URL.Query().Get("limit") != "GET/v3/monitorsBearer "+tokenV3+"100" {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = w.Write(document)
	})
	got, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Equal(t, sourcetest.Sorted(`marketplace_uptimerobot_dropped_monitors 0
marketplace_uptimerobot_monitor_certificate_expiry_timestamp_seconds{target="website"} 1.8013968e+09
marketplace_uptimerobot_monitor_up{target="checkout#800000002"} 0
marketplace_uptimerobot_monitor_up{target="checkout#800000003"} 1
marketplace_uptimerobot_monitor_up{target="website"} 1
marketplace_uptimerobot_monitor_uptime_ratio{target="website",window="1d"} 0.995
marketplace_uptimerobot_monitors{status="down"} 1
marketplace_uptimerobot_monitors{status="not_checked"} 1
marketplace_uptimerobot_monitors{status="paused"} 1
marketplace_uptimerobot_monitors{status="seems_down"} 1
marketplace_uptimerobot_monitors{status="unknown"} 1
marketplace_uptimerobot_monitors{status="up"} 1
`), got)
}

func TestMonitorsOfV2(t *testing.T) {
	document := serveFile(t, "v2.json")
	s := open(t, keyV2, func(w http.ResponseWriter, r *http.Request) {
		if r.Method+r.URL.Path+r.FormValue("api_key")+r.FormValue("custom_uptime_ratios")+r.URL.RawQuery != "POST/v2/getMonitors"+keyV2+"1-7-30" {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = w.Write(document)
	})
	got, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Equal(t, sourcetest.Sorted(`marketplace_uptimerobot_dropped_monitors 0
marketplace_uptimerobot_monitor_certificate_expiry_timestamp_seconds{target="website"} 1.8013968e+09
marketplace_uptimerobot_monitor_response_seconds{target="website"} 0.2405
marketplace_uptimerobot_monitor_up{target="port"} 0
marketplace_uptimerobot_monitor_up{target="website"} 1
marketplace_uptimerobot_monitor_uptime_ratio{target="port",window="1d"} 0
marketplace_uptimerobot_monitor_uptime_ratio{target="port",window="30d"} 1
marketplace_uptimerobot_monitor_uptime_ratio{target="port",window="7d"} 0.505
marketplace_uptimerobot_monitor_uptime_ratio{target="website",window="1d"} 1
marketplace_uptimerobot_monitor_uptime_ratio{target="website",window="30d"} 0.99823
marketplace_uptimerobot_monitor_uptime_ratio{target="website",window="7d"} 0.99991
marketplace_uptimerobot_monitors{status="down"} 1
marketplace_uptimerobot_monitors{status="not_checked"} 0
marketplace_uptimerobot_monitors{status="paused"} 1
marketplace_uptimerobot_monitors{status="seems_down"} 0
marketplace_uptimerobot_monitors{status="unknown"} 0
marketplace_uptimerobot_monitors{status="up"} 1
`), got)
}

func TestPagesAreFollowedUpToTheLimit(t *testing.T) {
	var requests atomic.Int64
	s := open(t, tokenV3, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		first, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
		var monitors []string
		for i := range 40 {
			monitors = append(monitors, `{"id":`+strconv.Itoa(first+i)+`,"friendlyName":"m`+strconv.Itoa(first+i)+`","status":"UP"}`)
		}
		// A link to another host: only its cursor may be used.
		_, _ = io.WriteString(w, `{"data":[`+strings.Join(monitors, ",")+`],"nextLink":"https://evil.example/v3/monitors?cursor=`+strconv.Itoa(first+40)+`"}`)
	})
	got, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Equal(t, 100, strings.Count(strings.Join(got, "\n"), "monitor_up{"))
	require.Contains(t, got, "marketplace_uptimerobot_dropped_monitors 20")
	require.EqualValues(t, 3, requests.Load())
}

// Two series with equal labels would fail the source.
func TestMonitorOnTwoPagesIsListedOnce(t *testing.T) {
	s := open(t, tokenV3, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "" {
			_, _ = io.WriteString(w, `{"data":[{"id":1,"friendlyName":"website","status":"UP"}],"nextLink":"https://a/v3/monitors?cursor=1"}`)
			return
		}
		_, _ = io.WriteString(w, `{"data":[{"id":1,"friendlyName":"website","status":"DOWN"},{"id":2,"friendlyName":"shop","status":"UP"}]}`)
	})
	got, err := sourcetest.Poll(t, s)
	require.NoError(t, err)
	require.Contains(t, got, `marketplace_uptimerobot_monitor_up{target="website"} 1`)
	require.Contains(t, got, `marketplace_uptimerobot_monitor_up{target="shop"} 1`)
	require.Contains(t, got, `marketplace_uptimerobot_monitors{status="up"} 2`)
}

func TestRejectedKeyFailsTheSource(t *testing.T) {
	for key, respond := range map[string]http.HandlerFunc{
		tokenV3: func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"planted"}`, http.StatusUnauthorized)
		},
		keyV2: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"stat":"fail","error":{"type":"invalid_parameter","message":"planted is invalid"}}`)
		},
	} {
		s := open(t, key, respond)
		got, err := sourcetest.Poll(t, s)
		require.Empty(t, got)
		require.NotContains(t, err.Error(), "planted")
		require.NotContains(t, err.Error(), key)
		require.Equal(t, failure.Authentication, failure.All(err)[0].Reason)
		require.Equal(t, check.Broken, s.(source.Checker).Check(t.Context())[0].Status)
	}
}

func TestSourceIsOffWithoutAKey(t *testing.T) {
	config := uptimerobot.Config{URL: &url.URL{Scheme: "https", Host: "api.uptimerobot.com"}, Interval: time.Minute, MaxAge: time.Hour, MaxMonitors: 1}
	s, err := config.Open(source.Deps{})
	require.NoError(t, err)
	require.False(t, s.(source.Optional).Enabled())
	require.NoError(t, s.(source.Reloader).Reload())
	require.Equal(t, check.Note, s.(source.Checker).Check(t.Context())[0].Status)
}

func TestInvalidFlags(t *testing.T) {
	valid := uptimerobot.Config{URL: &url.URL{Scheme: "https", Host: "a"}, Interval: time.Minute, MaxAge: time.Hour, MaxMonitors: 1}
	for flag, change := range map[string]func(*uptimerobot.Config){
		"--uptimerobot.interval":     func(c *uptimerobot.Config) { c.Interval = 59 * time.Second },
		"--uptimerobot.max-age":      func(c *uptimerobot.Config) { c.MaxAge = 30 * time.Second },
		"--uptimerobot.max-monitors": func(c *uptimerobot.Config) { c.MaxMonitors = 0 },
		"--uptimerobot.api-url":      func(c *uptimerobot.Config) { c.URL = &url.URL{Path: "x"} },
		"--uptimerobot.api-key-file": func(c *uptimerobot.Config) { c.KeyFile = filepath.Join(t.TempDir(), "missing") },
	} {
		config := valid
		change(&config)
		_, err := config.Open(source.Deps{})
		require.ErrorContains(t, err, flag)
	}
}
