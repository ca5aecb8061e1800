package uptimerobot

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// metrics are those of one poll. The label target is the name of the monitor: name a monitor and a
// target of the own probe alike, and the rules compare them.
type metrics struct {
	monitors, dropped, up, uptime, latency, expiry metric.Desc
}

func newMetrics() metrics {
	const prefix = "marketplace_uptimerobot_"
	return metrics{
		monitors: metric.NewGauge(prefix+"monitors", "Monitors at UptimeRobot, by status.", "status"),
		dropped: metric.NewGauge(prefix+"dropped_monitors",
			"Lower bound of the monitors beyond --uptimerobot.max-monitors, which are not exported."),
		up: metric.NewGauge(prefix+"monitor_up",
			"Whether the monitor is up. A monitor that seems down is up until UptimeRobot confirms it. Absent while it is paused or was not checked yet.", "target"),
		uptime:  metric.NewGauge(prefix+"monitor_uptime_ratio", "Share of the window in which the monitor was up.", "target", "window"),
		latency: metric.NewGauge(prefix+"monitor_response_seconds", "Mean response time of the recent checks. Only API v2 reports it.", "target"),
		expiry:  metric.NewGauge(prefix+"monitor_certificate_expiry_timestamp_seconds", "Time at which the TLS certificate expires.", "target"),
	}
}

// poll is the source of one poll.
type poll struct {
	client  *client
	metrics metrics
}

// Descs implements source.Poll.
func (p *poll) Descs() []metric.Desc {
	m := p.metrics
	return []metric.Desc{m.monitors, m.dropped, m.up, m.uptime, m.latency, m.expiry}
}

// Parts implements source.Poll.
func (p *poll) Parts() []source.Part { return []source.Part{{Collect: p.collect}} }

func (p *poll) collect(ctx context.Context, ch chan<- prometheus.Metric) error {
	monitors, dropped, err := p.client.list(ctx)
	if err != nil {
		return err
	}
	ch <- p.metrics.dropped.Metric(float64(dropped))
	counts, names := map[state]int{}, map[string]int{}
	for _, m := range monitors {
		counts[m.state]++
		names[m.name]++
	}
	for _, s := range states() {
		ch <- p.metrics.monitors.Metric(float64(counts[s]), string(s))
	}
	for _, m := range monitors {
		if names[m.name] > 1 || m.name == "" { // names need not be unique
			m.name += "#" + m.id
		}
		p.metrics.send(m, ch)
	}
	return nil
}

func (m metrics) send(monitor monitor, ch chan<- prometheus.Metric) {
	if value, known := monitor.isUp(); known {
		ch <- m.up.Metric(value, monitor.name)
	}
	for window, ratio := range monitor.uptime {
		ch <- m.uptime.Metric(ratio, monitor.name, window)
	}
	if monitor.latency != nil {
		ch <- m.latency.Metric(monitor.latency.Seconds(), monitor.name)
	}
	if !monitor.expiry.IsZero() {
		ch <- m.expiry.Metric(float64(monitor.expiry.Unix()), monitor.name)
	}
}
