package dashboards

import (
	"regexp"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// longLegend is the number of series from which a legend is a table.
const longLegend = 9

// labelValues returns the number of values that a label has in one panel. Other labels, such as the environment, have one
// value unless several are selected.
func labelValues() map[string]int {
	return map[string]int{
		"action": 5, "category": 11, "code": 12, "currency": 3, "day": 3, "device": 3, "drain": 4, "endpoint": 4, "event": 15,
		"host": 5, "instance": 2, "interval": 2, "job": 3, "kpi": 10, "level": 6, "metric": 5, "method": 2, "mode": 8,
		"outcome": 4, "part": 3, "payment_method": 5, "provider": 2, "query": 10, "reason": 4, "relname": 10, "route": 20,
		"rule_group": 10, "severity": 4, "source": 5, "state": 6, "status": 6, "tier": 3, "wait_event_type": 8, "window": 3,
	}
}

// legendLabels returns the labels that a legend shows.
func (q Query) legendLabels() []string {
	var labels []string
	for _, match := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(q.Legend, -1) {
		labels = append(labels, match[1])
	}
	return labels
}

// maxSeries estimates the number of series of a query in one environment.
func (q Query) maxSeries() int {
	series := 1
	for _, label := range q.legendLabels() {
		series *= max(1, labelValues()[label])
	}
	return series
}

// legend returns a list of series, or a table that is sorted by their maximum if there are many.
func (p Panel) legend() cog.Builder[common.VizLegendOptions] {
	series := 0
	for _, query := range p.Queries {
		series += query.maxSeries()
	}
	legend := common.NewVizLegendOptionsBuilder().
		ShowLegend(true).
		DisplayMode(common.LegendDisplayModeList).
		Placement(common.LegendPlacementBottom)
	if series < longLegend {
		return legend
	}
	if p.Width >= 12 {
		legend.Placement(common.LegendPlacementRight)
	}
	return legend.DisplayMode(common.LegendDisplayModeTable).Calcs([]string{"lastNotNull", "max"}).SortBy("Max").SortDesc(true)
}
