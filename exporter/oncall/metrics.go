package oncall

import "github.com/aimarketplace/monitoring/exporter/metric"

// descs are the descriptors of all metrics.
type descs struct {
	info, handover metric.Desc
}

func newDescs() *descs {
	return &descs{
		info: metric.NewGauge("marketplace_oncall_info", "Person on call, by role. Always 1.", "role", "person"),
		handover: metric.NewGauge("marketplace_oncall_next_handover_timestamp_seconds",
			"Unix time when another person takes over the role. Absent if that is more than a year away.", "role"),
	}
}

func (d *descs) all() []metric.Desc { return []metric.Desc{d.info, d.handover} }
