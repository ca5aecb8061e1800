package uptimerobot_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/demo/services/uptimerobot"
)

const key = "ur-of-the-test"

func get(t *testing.T, account *uptimerobot.Account, key string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v3/monitors?limit=50", nil)
	request.Header.Set("Authorization", "Bearer "+key)
	response := httptest.NewRecorder()
	account.ServeHTTP(response, request)
	return response
}

func TestMonitorsRequestThePages(t *testing.T) {
	var down atomic.Bool
	page := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if down.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(page.Close)
	account := uptimerobot.New(uptimerobot.Options{Key: key, Client: page.Client(), Monitors: map[string]string{"website": page.URL}})
	type monitor struct {
		FriendlyName, Status, SSLExpiryDateTime string
		LastIncident                            *struct{ Cause int }
		LastDayUptimes                          struct{ Histogram []struct{ Uptime float64 } }
	}
	observe := func() monitor {
		var list struct{ Data []monitor }
		require.NoError(t, json.Unmarshal(get(t, account, key).Body.Bytes(), &list))
		require.Len(t, list.Data, 1)
		return list.Data[0]
	}
	m := observe()
	require.Equal(t, "UP", m.Status)
	require.Equal(t, page.Certificate().NotAfter.UTC().Format("2006-01-02T15:04:05Z"), m.SSLExpiryDateTime)
	require.Nil(t, m.LastIncident)

	down.Store(true)
	m = observe()
	require.Equal(t, "DOWN", m.Status)
	require.Equal(t, 503, m.LastIncident.Cause)
	require.InDelta(t, 50, m.LastDayUptimes.Histogram[0].Uptime, 0)
	account.SetLying(true)
	require.Equal(t, "UP", observe().Status)
	down.Store(false)
	require.Equal(t, "DOWN", observe().Status)
	account.SetLying(false)
	require.Equal(t, "UP", observe().Status)

	require.Equal(t, http.StatusUnauthorized, get(t, account, "wrong").Code)
}
