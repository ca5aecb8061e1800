package dashboards

import "github.com/grafana/grafana-foundation-sdk/go/units"

// drainPanels tell whether what Vercel pushes arrives: what is lost on the way does not come again.
func drainPanels() []Panel {
	return []Panel{
		graph(Panel{
			ID: monitoringDrainRows, Title: "Age of the last row", Unit: units.Seconds,
			About: "Time since a drain brought its last row. At night it may well be hours: the low limit holds where rows came all the time before.",
			Queries: []Query{
				{Expr: ago(in("drain:marketplace_vercel_last_row:timestamp")), Name: "{{drain}}"},
				limit("marketplace_vercel_silence:seconds", "limit after steady traffic", `traffic="steady"`),
				limit("marketplace_vercel_silence:seconds", "limit after thin traffic", `traffic="thin"`),
			},
		}),
		graph(Panel{
			ID: monitoringDrainRefusals, Title: "Refused and rejected", Unit: units.PercentUnit,
			About: "Share of the deliveries that were refused as a whole, and of the rows that could not be read: of 15 minutes, and of a day, " +
				"which counts where an hour brings too few to judge by.",
			Queries: []Query{
				{Expr: in("drain:marketplace_vercel_refusals:ratio_rate15m"), Name: "refused {{drain}}"},
				{Expr: in("drain:marketplace_vercel_rejected_rows:ratio_rate15m"), Name: "rejected {{drain}}"},
				{Expr: in("drain:marketplace_vercel_refusals:ratio_rate1d"), Name: "refused {{drain}}, of a day"},
				{Expr: in("drain:marketplace_vercel_rejected_rows:ratio_rate1d"), Name: "rejected {{drain}}, of a day"},
				limit("marketplace_vercel_refusals:ratio", "limit of refused"),
				limit("marketplace_vercel_rejected_rows:ratio", "limit of rejected"),
			},
		}),
		graph(Panel{
			ID: monitoringDrainMemory, Title: "Rows remembered", Unit: units.Short,
			About: "Rows that exporters know again if they are delivered twice, and those of an hour that they forgot too early for lack of room.",
			Queries: []Query{
				{Expr: in("marketplace_vercel_remembered_rows"), Name: "remembered {{instance}}"},
				{Expr: in("environment:marketplace_vercel_forgotten_rows:increase1h"), Name: "forgotten too early"},
				limit("marketplace_vercel_forgotten_rows:count", "limit of forgotten"),
			},
		}),
		graph(Panel{
			ID: 160, Title: "Rows by drain", Unit: units.CountsPerSecond, Width: 6, Stacked: true,
			About:   "Counted in a second.",
			Queries: []Query{{Expr: pushed("drain", in("marketplace_vercel_rows_total")), Name: "{{drain}}"}},
		}),
		graph(Panel{
			ID: 161, Title: "Deliveries", Unit: units.RequestsPerSecond, Width: 6, Stacked: true,
			About: "In a second, taken and refused.",
			Queries: []Query{
				{Expr: pushed("drain", in("marketplace_vercel_deliveries_total")), Name: "{{drain}}"},
				{Expr: "sum(rate(" + in("marketplace_vercel_refusals_total") + "[$__rate_interval]))", Name: "refused"},
			},
		}),
		graph(Panel{
			ID: 162, Title: "Refusals by reason", Unit: units.RequestsPerSecond, Width: 6, Stacked: true,
			About: "In a second. Without a drain it is somebody who looks for holes. The reason signature is a secret that differs.",
			Queries: []Query{
				Query{Expr: pushed("drain, reason", in("marketplace_vercel_refusals_total")) + " > 0", Name: "{{drain}} {{reason}}"}.
					orNothing("nothing was refused"),
			},
		}),
		graph(Panel{
			ID: 163, Title: "Rows not counted", Unit: units.CountsPerSecond, Width: 6, Stacked: true,
			About: "In a second: those that could not be read, by reason, and those that had come before.",
			Queries: []Query{
				Query{Expr: pushed("drain, reason", in("marketplace_vercel_rejected_rows_total")) + " > 0", Name: "{{drain}} {{reason}}"}.
					orNothing("all could be read"),
				{Expr: pushed("drain", in("marketplace_vercel_duplicate_rows_total")), Name: "{{drain}} again"},
			},
		}),
	}
}
