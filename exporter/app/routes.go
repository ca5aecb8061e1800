package app

import (
	"context"
	"fmt"
	"log/slog"
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

// routes returns the handler of everything that the exporter serves.
func (a *App) routes(set *source.Set) (http.Handler, error) {
	mux := http.NewServeMux()
	landing, err := web.NewLandingPage(web.LandingConfig{
		Name:        "Marketplace exporter",
		Description: "Turns what an online marketplace runs on into Prometheus metrics.",
		Version:     version.Version,
		Profiling:   "false",
		Links: []web.LandingLinks{
			{Address: a.config.TelemetryPath, Text: "Metrics"},
			{Address: "/-/healthy", Text: "Healthy", Description: "200 as long as the exporter runs"},
			{Address: "/-/ready", Text: "Ready", Description: "200 until it is told to stop, then nobody listens"},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("making the landing page: %w", err)
	}
	mux.Handle("GET /{$}", landing)
	mux.Handle("GET "+a.config.TelemetryPath, a.metrics(set))
	// A database that is down makes the exporter neither unhealthy nor unready: saying so is its work.
	for _, state := range []string{"healthy", "ready"} {
		mux.HandleFunc("GET /-/"+state, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, "The exporter is %s.\n", state)
		})
	}
	mux.HandleFunc("POST /-/reload", a.reloadRequest)
	return mux, nil
}

func (a *App) reloadRequest(w http.ResponseWriter, _ *http.Request) {
	if !a.config.Lifecycle {
		http.Error(w, "Reloading by HTTP is off; hint: start with --web.enable-lifecycle, or send SIGHUP.",
			http.StatusForbidden)
		return
	}
	if err := a.Reload(); err != nil {
		http.Error(w, fmt.Sprintf("reloading failed: %v", err), http.StatusInternalServerError)
		return
	}
	fmt.Fprintln(w, "Reloaded.")
}

// metrics answers a scrape. It is 200 whatever fails behind it: what there is, is served.
func (a *App) metrics(set *source.Set) http.Handler {
	own := prometheus.NewRegistry()
	own.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		versioncollector.NewCollector("marketplace_exporter"), a.reloads,
	)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), a.budget(r))
		defer cancel()
		sources := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return set.Gather(ctx) })
		promhttp.HandlerFor(prometheus.Gatherers{own, sources}, promhttp.HandlerOpts{
			EnableOpenMetrics:                   true,
			EnableOpenMetricsTextCreatedSamples: a.config.CreatedLines,
			ErrorHandling:                       promhttp.ContinueOnError,
			ErrorLog:                            slog.NewLogLogger(a.logger.Handler(), slog.LevelError),
		}).ServeHTTP(w, r)
	})
}

// budget is how long the scrape may take: what Prometheus says less an offset, so that the answer still arrives.
func (a *App) budget(r *http.Request) time.Duration {
	stated, err := strconv.ParseFloat(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"), 64)
	timeout := time.Duration(stated * float64(time.Second))
	if err != nil || timeout <= 0 {
		return a.config.Limits.Timeout
	}
	if timeout > a.config.TimeoutOffset {
		timeout -= a.config.TimeoutOffset
	}
	return min(timeout, a.config.Limits.Timeout)
}
