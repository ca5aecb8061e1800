package drains

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is the time of the requests.
var noon = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

// fiveMinutes returns the requests of the window that alerts use, at 300 a second.
func fiveMinutes(faults Fault) []request {
	w := newWebsite(1, 300)
	var requests []request
	for i := range 300 {
		at := noon.Add(time.Duration(i) * time.Second)
		requests = append(requests, w.between(at, at.Add(time.Second), faults)...)
	}
	return requests
}

// answered returns the production requests that the application answered, of one route or of all.
func answered(requests []request, route string) []request {
	return slices.DeleteFunc(slices.Clone(requests), func(r request) bool {
		return r.environment != "production" || !r.traced() || (route != "" && r.route != route)
	})
}

// seconds returns a quantile of the durations.
func seconds(requests []request, share float64) float64 {
	var all []float64
	for _, r := range requests {
		all = append(all, r.took.Seconds())
	}
	return quantile(all, share)
}

func quantile(all []float64, share float64) float64 {
	slices.Sort(all)
	return all[int(math.Ceil(share*float64(len(all))))-1]
}

// share returns the share of the requests with one of the statuses.
func share(requests []request, statuses ...int) float64 {
	return float64(len(with(requests, statuses...))) / float64(len(requests))
}

func with(requests []request, statuses ...int) []request {
	return slices.DeleteFunc(slices.Clone(requests), func(r request) bool { return !slices.Contains(statuses, r.status) })
}

// targets returns the guide's, in seconds.
func targets() map[string]float64 {
	return map[string]float64{
		"/api/auth/login": 0.2, "/api/prompts": 0.5, "/api/payments/charge": 1, "/api/prompts/upload": 2, "/api/users/profile": 0.3,
	}
}

func TestWebsiteWithoutFaultsMeetsTheTargets(t *testing.T) {
	requests := fiveMinutes(0)
	require.InDelta(t, 300*300, len(requests), 300, "the configured rate")
	api := answered(requests, "")
	require.Less(t, seconds(api, 0.5), 0.5/2)
	require.Less(t, seconds(api, 0.95), 1.0/1.5)
	require.Less(t, seconds(api, 0.99), 2.0/1.5)
	for route, target := range targets() {
		some := answered(requests, route)
		require.Greater(t, len(some), 500, route)
		require.Less(t, seconds(some, 0.99), target, route)
		require.Less(t, share(some, 500, 502, 503, 504), 0.01, route)
	}
	require.Less(t, share(api, 500, 502, 503, 504), 0.001)
	require.Positive(t, share(api, 500), "some errors")
	require.Less(t, share(api, 400, 422), 0.05/3)
	require.Less(t, share(api, 429), 0.01/3)
	require.Less(t, len(with(answered(requests, "/api/auth/login"), 401, 403)), 200/2)
	for _, status := range []int{200, 401, 402, 404, 422, 429} {
		require.NotEmpty(t, with(api, status), status)
	}
	for _, webhook := range []string{"/api/webhooks/stripe", "/api/webhooks/toss"} {
		require.Less(t, 1-share(answered(requests, webhook), 200), 0.05/2, webhook)
	}
	require.Empty(t, with(requests, -1), "crashes")
}

func TestPagesMeetTheTargets(t *testing.T) {
	measured := map[string][]float64{}
	for _, r := range fiveMinutes(0) {
		for _, v := range r.vitals {
			require.True(t, r.page)
			measured[v.metric] = append(measured[v.metric], v.value)
		}
	}
	require.Len(t, measured, 6)
	for metric, target := range map[string]float64{"TTFB": 500, "FCP": 1500, "LCP": 2500, "FID": 100, "INP": 200, "CLS": 0.1} {
		require.Greater(t, len(measured[metric]), 1000, metric)
		require.Less(t, quantile(measured[metric], 0.75), target/1.4, metric)
	}
	require.Less(t, quantile(measured["LCP"], 0.95), 3000.0, "page load")
}

func TestServicesRarelyFail(t *testing.T) {
	calls, failures := map[string]float64{}, map[string]float64{}
	for _, r := range fiveMinutes(0) {
		var total time.Duration
		for _, c := range r.calls {
			calls[c.host]++
			total += c.took
			if c.status == 0 || c.status >= 500 {
				failures[c.host]++
			}
		}
		require.LessOrEqual(t, total, r.took, "sequential calls take no longer than their request")
	}
	require.Len(t, calls, 4)
	var all, failed float64
	for host, n := range calls {
		require.Greater(t, n, 300.0, host)
		require.Less(t, failures[host]/n, 0.01, host)
		all, failed = all+n, failed+failures[host]
	}
	require.Positive(t, failed)
	require.Less(t, failed/all, 0.005)
}

func TestEachFaultExceedsItsLimit(t *testing.T) {
	t.Run("slow-api", func(t *testing.T) {
		requests := fiveMinutes(SlowAPI)
		api := answered(requests, "")
		require.Greater(t, seconds(api, 0.5), 0.5*1.2)
		require.Greater(t, seconds(api, 0.95), 1*1.2)
		require.Greater(t, seconds(api, 0.99), 2*1.2)
		for route, target := range targets() {
			require.Greater(t, seconds(answered(requests, route), 0.95), target*1.2, route)
		}
		require.Less(t, share(api, 500, 503, 504), 0.001, "slow requests do not fail")
	})
	t.Run("api-errors", func(t *testing.T) {
		requests := fiveMinutes(APIErrors)
		require.Greater(t, share(answered(requests, ""), 500, 503, 504), 0.0144*2, "above the burn rate of an hour")
		require.NotEmpty(t, with(requests, -1), "crashes")
		require.Less(t, share(answered(requests, "/api/auth/login"), 500, 503, 504), 0.05, "below the limit of its alert")
	})
	t.Run("login-broken", func(t *testing.T) {
		requests := fiveMinutes(LoginBroken)
		require.Greater(t, share(answered(requests, "/api/auth/login"), 500), 0.8)
		require.Less(t, share(answered(requests, "/api/prompts"), 500), 0.01)
	})
	t.Run("logins-rejected", func(t *testing.T) {
		requests := fiveMinutes(LoginsRejected)
		logins := answered(requests, "/api/auth/login")
		require.Greater(t, len(with(logins, http.StatusUnauthorized)), 200*10)
		require.Less(t, share(logins, 500), 0.01)
	})
	t.Run("validation-errors", func(t *testing.T) {
		requests := fiveMinutes(ValidationErrors)
		require.Greater(t, share(answered(requests, ""), 400, 422), 0.05*2)
		require.Less(t, share(answered(requests, ""), 500), 0.001)
	})
}

func TestFaultsCanBeActiveAtTheSameTime(t *testing.T) {
	s, err := New(Options{URL: "http://localhost:1", Secret: "secret"})
	require.NoError(t, err)
	active := func() Fault { return Fault(s.faults.Load()) }
	s.Begin(SlowAPI)
	s.Begin(LoginBroken)
	require.True(t, active().has(SlowAPI) && active().has(LoginBroken))
	s.End(SlowAPI)
	require.False(t, active().has(SlowAPI))
	require.True(t, active().has(LoginBroken))
	s.End(SlowAPI)
	require.Equal(t, LoginBroken, active())
}

func TestFewRequestsAreOfPreviews(t *testing.T) {
	requests := fiveMinutes(0)
	var previews float64
	for _, r := range requests {
		if r.environment == "preview" {
			previews++
		} else {
			require.Equal(t, "production", r.environment)
		}
	}
	require.InDelta(t, 0.02, previews/float64(len(requests)), 0.005)
}

func TestRateBelowOne(t *testing.T) {
	w := newWebsite(1, 0.25)
	n := 0
	for i := range 4000 {
		at := noon.Add(time.Duration(i) * time.Second)
		n += len(w.between(at, at.Add(time.Second), 0))
	}
	require.InDelta(t, 1000, n, 100)
}
