package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// Reasons for which the panels on components have no data.
const (
	noSignal      = "no component is monitored"
	noMaintenance = "no maintenance is planned"
)

const componentLegend = "{{component}} {{environment}}"

// componentUptime shows the objective that the guide and contracts are written in.
func componentUptime() []Panel {
	uptime := func(id uint32, days, window string) Panel {
		return statPanel(id, "Uptime, "+days, units.PercentUnit,
			"Share of the time in which the component was operational or degraded. Maintenance, and hours in which "+
				"nothing measured the component, are not counted.",
			query(alertSeries("marketplace:component_uptime:ratio"+window), componentLegend).emptyIf(noSignal),
		)
	}
	return grid(3, 8, uptime(140, "1 day", "1d"), uptime(141, "30 days", "30d"), uptime(142, "90 days", "90d"))
}

func componentMaintenance() []Panel {
	timestamp := func(metric, title string) Query {
		return column("1000 * "+dedupe(alertSeries(metric)), title, units.DateTimeFromNow).emptyIf(noMaintenance)
	}
	return grid(2, 8,
		timeSeriesPanel(143, "Status of components", units.Short,
			"0 is operational, 1 degraded, 2 a partial outage and 3 a major outage. Without a line, nothing measures the "+
				"component.",
			query(alertSeries("marketplace:component_status"), componentLegend).emptyIf(noSignal),
		).manySeries(),
		tablePanel(6, "Maintenance windows",
			"Windows of the file of --maintenance.config-file, until a week after their end. While one is active, the "+
				"alerts of its component are not sent.",
			timestamp("marketplace_maintenance_start_timestamp_seconds", "start"),
			timestamp("marketplace_maintenance_end_timestamp_seconds", "end"),
		).sortedBy("start"),
	)
}
