package app

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	versioncollector "github.com/prometheus/client_golang/prometheus/collectors/version"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/version"
	"github.com/prometheus/exporter-toolkit/web"

	"github.com/aimarketplace/monitoring/exporter/source"
)

// routes returns the handler of the metrics listener.
func (a *App) routes(set *source.Set) (http.Handler, error) {
	mux := http.NewServeMux()
	landing, err := web.NewLandingPage(web.LandingConfig{
		Name:        "Marketplace exporter",
		Description: "Exports the health of an online marketplace to Prometheus.",
		Version:     version.Version,
		Profiling:   "false",
		Links: []web.LandingLinks{
			{Address: a.config.TelemetryPath, Text: "Metrics"},
			{Address: "/-/healthy", Text: "Healthy", Description: "200 while the exporter runs"},
			{Address: "/-/ready", Text: "Ready", Description: "200 until the exporter shuts down"},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("creating the landing page: %w", err)
	}
	mux.Handle("GET /{$}", landing)
	mux.Handle("GET "+a.config.TelemetryPath, limitRequests(a.config.MaxRequests, a.metrics(set)))
	// A database that is down makes the exporter neither unhealthy nor unready, because its job is
	// to report that.
	for _, state := range []string{"healthy", "ready"} {
		mux.HandleFunc("GET /-/"+state, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "The exporter is %s.\n", state)
		})
	}
	mux.HandleFunc("POST /-/reload", a.reload)
	return mux, nil
}

// limitRequests rejects requests while a maximum number of others is under way.
func limitRequests(maximum int, handler http.Handler) http.Handler {
	slots := make(chan struct{}, maximum)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
			handler.ServeHTTP(w, r)
		default:
			http.Error(w, fmt.Sprintf("%d requests are under way; hint: try again later, or raise --web.max-requests.", maximum),
				http.StatusServiceUnavailable)
		}
	})
}

func (a *App) reload(w http.ResponseWriter, _ *http.Request) {
	if !a.config.Lifecycle {
		http.Error(w, "Reloading by HTTP is disabled; hint: start with --web.enable-lifecycle, or send SIGHUP.",
			http.StatusForbidden)
		return
	}
	if err := a.Reload(); err != nil {
		http.Error(w, fmt.Sprintf("reloading failed: %v", err), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "Reloaded.")
}

// metrics returns the handler of scrapes. The status is 200 even if sources fail: a scrape gets the
// metrics of the others.
func (a *App) metrics(set *source.Set) http.Handler {
	own := prometheus.NewRegistry()
	own.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector("marketplace_exporter"), a.reloads,
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), a.scrapeTimeout(r))
		defer cancel()
		all := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) {
			sources := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return set.Gather(ctx) })
			families, err := prometheus.Gatherers{own, sources}.Gather()
			if err != nil {
				a.logger.Error("gathering metrics failed", "err", err)
			}
			return families, err
		})
		promhttp.HandlerFor(all, promhttp.HandlerOpts{
			EnableOpenMetrics:                   true,
			EnableOpenMetricsTextCreatedSamples: a.config.CreatedLines,
			ErrorHandling:                       promhttp.ContinueOnError,
			// No ErrorLog: it would report every client that closes its connection.
		}).ServeHTTP(w, r)
	})
}

// scrapeTimeout returns how long the scrape may take: the timeout that Prometheus sends, less the
// offset, so that the response arrives in time.
func (a *App) scrapeTimeout(r *http.Request) time.Duration {
	seconds, err := strconv.ParseFloat(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), 64)
	timeout := time.Duration(seconds * float64(time.Second))
	if err != nil || timeout <= 0 {
		return a.config.Limits.Timeout
	}
	if timeout > a.config.TimeoutOffset {
		timeout -= a.config.TimeoutOffset
	}
	return min(timeout, a.config.Limits.Timeout)
}
