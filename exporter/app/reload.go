package app

import (
	"errors"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// reloads has the metrics about reloads.
type reloads struct {
	metric.Collectors

	mu         sync.Mutex // one reload at a time
	successful prometheus.Gauge
	succeeded  prometheus.Gauge
}

func newReloads() *reloads {
	r := &reloads{
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "marketplace_exporter_config_last_reload_successful",
			Help: "Whether the latest reload of the configuration files succeeded. If it failed, the previous configuration stays in effect.",
		}),
		succeeded: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "marketplace_exporter_config_last_reload_success_timestamp_seconds",
			Help: "Unix time of the latest successful reload of the configuration files.",
		}),
	}
	r.Collectors = metric.Collectors{r.successful, r.succeeded}
	r.record(nil)
	return r
}

func (r *reloads) record(err error) {
	if err != nil {
		r.successful.Set(0)
		return
	}
	r.successful.Set(1)
	r.succeeded.SetToCurrentTime()
}

// Reload makes every source read its files again. A source with an invalid file keeps its previous
// configuration; the others are reloaded. Reload logs and counts the error that it returns.
func (a *App) Reload() error {
	a.reloads.mu.Lock()
	defer a.reloads.mu.Unlock()
	var failures []error
	for _, s := range a.enabled {
		if r, ok := s.(source.Reloader); ok {
			failures = append(failures, r.Reload())
		}
	}
	err := errors.Join(failures...)
	a.reloads.record(err)
	if err != nil {
		a.logger.Error("reloading failed; the previous configuration stays in effect", "err", err)
		return err
	}
	a.logger.Info("reloaded")
	return nil
}
