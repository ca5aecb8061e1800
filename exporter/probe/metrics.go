package probe

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// descs are the descriptors of all metrics.
type descs struct {
	success, duration, timeout, failures                            metric.Desc
	healthSuccess, healthStatus, database, databaseLatency, appInfo metric.Desc
	blackbox                                                        map[string]blackboxDesc
}

// blackboxDesc is a metric of blackbox_exporter, with its own labels before the common ones.
type blackboxDesc struct {
	metric.Desc
	labels []string
}

func newDescs() *descs {
	d := &descs{
		success:  newGauge("probe_success", "Whether the probe succeeded, including the health endpoint's body."),
		duration: newGauge("probe_duration_seconds", "Duration of the probe."),
		timeout:  newGauge("probe_timeout_seconds", "Timeout of the probe."),
		failures: newGauge("marketplace_probe_consecutive_failures", "Failed probes since the last successful one."),
		healthSuccess: newGauge("marketplace_health_valid",
			"Whether the health endpoint responded with a valid body, of whatever status code."),
		healthStatus:    newGauge("marketplace_health_status", "Whether the application reports this state.", "state"),
		database:        newGauge("marketplace_health_database_up", "Whether the application reports that its database is up."),
		databaseLatency: newGauge("marketplace_health_database_latency_seconds", "Latency of the database that the application reports."),
		appInfo: metric.NewGauge("marketplace_app_info",
			"Version of the application that the health endpoint reports. Always 1.", "target", "component", "version", "environment"),
		blackbox: map[string]blackboxDesc{},
	}
	for _, m := range blackboxMetrics() {
		d.blackbox[m.name] = blackboxDesc{newGauge(m.name, m.help, m.labels...), m.labels}
	}
	return d
}

// newGauge returns a descriptor with the labels of the target after labels.
func newGauge(name, help string, labels ...string) metric.Desc {
	return metric.NewGauge(name, help, append(slices.Clone(labels), "target", "component", "environment")...)
}

func (d *descs) all() []metric.Desc {
	all := []metric.Desc{
		d.success, d.duration, d.timeout, d.failures, d.healthSuccess, d.healthStatus, d.database, d.databaseLatency, d.appInfo,
	}
	for _, m := range blackboxMetrics() {
		all = append(all, d.blackbox[m.name].Desc)
	}
	return all
}

func (d *descs) send(target definition, r *result, consecutive int, ch chan<- prometheus.Metric) {
	common := []string{target.Name, target.Component, target.Environment}
	ch <- d.success.Metric(metric.Bool(r.success), common...)
	ch <- d.duration.Metric(r.took.Seconds(), common...)
	ch <- d.timeout.Metric(target.Module.Timeout.Seconds(), common...)
	ch <- d.failures.Metric(float64(consecutive), common...)
	for _, family := range r.families {
		if desc, known := d.blackbox[family.GetName()]; known {
			desc.send(family, common, ch)
		}
	}
	if r.hasHealth {
		ch <- d.healthSuccess.Metric(metric.Bool(r.health != nil), common...)
		d.sendHealth(target, r.health, common, ch)
	}
}

func (d *descs) sendHealth(target definition, h *health, common []string, ch chan<- prometheus.Metric) {
	if h == nil {
		return
	}
	for _, state := range healthStates() {
		ch <- d.healthStatus.Metric(metric.Bool(h.state == state), append([]string{state}, common...)...)
	}
	if h.database != nil {
		ch <- d.database.Metric(metric.Bool(*h.database), common...)
	}
	if h.databaseLatency != nil {
		ch <- d.databaseLatency.Metric(h.databaseLatency.Seconds(), common...)
	}
	if h.version != "" {
		environment := target.Environment
		if h.environment != "" {
			environment = h.environment
		}
		ch <- d.appInfo.Metric(1, target.Name, target.Component, h.version, environment)
	}
}

func (d blackboxDesc) send(family *dto.MetricFamily, common []string, ch chan<- prometheus.Metric) {
	for _, m := range family.GetMetric() {
		var values []string
		for _, name := range d.labels {
			values = append(values, labelOf(m, name))
		}
		ch <- d.Metric(m.GetGauge().GetValue(), append(values, common...)...)
	}
}

// maxCertificateLabel limits labels that a certificate determines, such as the alternative names.
const maxCertificateLabel = 512

func labelOf(m *dto.Metric, name string) string {
	for _, pair := range m.GetLabel() {
		if pair.GetName() == name {
			return truncated(pair.GetValue(), maxCertificateLabel)
		}
	}
	return ""
}
