package dashboards

import (
	"cmp"
	"regexp"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

func (p Panel) overrides() []dashboard.DashboardFieldConfigSourceOverrides {
	overrides := []dashboard.DashboardFieldConfigSourceOverrides{}
	if p.Currency {
		overrides = append(overrides, currencyUnits()...)
	}
	if len(p.Alerts) > 0 {
		overrides = append(overrides, runbookLinks(), panelLinks(p.Alerts))
	}
	if p.WideColumn != "" {
		overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher:    dashboard.MatcherConfig{Id: "byName", Options: p.WideColumn},
			Properties: []dashboard.DynamicConfigValue{{Id: "custom.width", Value: 700}},
		})
	}
	overrides = append(overrides, p.meaningOverrides()...)
	for i := range p.Queries {
		if properties := p.properties(i); len(properties) > 0 {
			overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{Matcher: p.matcher(i), Properties: properties})
		}
	}
	return overrides
}

// matcher selects the result of a query: by its letter, or in a table by the name that Grafana gives to the column.
func (p Panel) matcher(i int) dashboard.MatcherConfig {
	switch {
	case !p.table:
		return dashboard.MatcherConfig{Id: "byFrameRefID", Options: refID(i)}
	case len(p.Queries) == 1:
		return dashboard.MatcherConfig{Id: "byName", Options: "Value"}
	default:
		return dashboard.MatcherConfig{Id: "byName", Options: "Value #" + refID(i)}
	}
}

func (p Panel) properties(i int) []dashboard.DynamicConfigValue {
	query := p.Queries[i]
	var properties []dashboard.DynamicConfigValue
	set := func(id string, value any) {
		properties = append(properties, dashboard.DynamicConfigValue{Id: id, Value: value})
	}
	if p.table {
		set("displayName", query.Legend)
	}
	if unit := cmp.Or(query.Unit, p.Unit); unit != p.defaultUnit() {
		set("unit", unit)
	}
	if p.graph {
		if color := p.queryColor(i); color != nil {
			set("color", color)
		}
	}
	switch {
	case query.Threshold:
		set("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{10, 10}})
		set("custom.fillOpacity", 0)
		set("custom.stacking", map[string]any{"mode": "none", "group": "limits"})
	case p.graph && regexp.MustCompile(`\b(6h|1d)\b`).MatchString(query.Legend):
		set("custom.lineStyle", map[string]any{"fill": "dot", "dash": []int{2, 6}}) // beside a line of a shorter window
	}
	return properties
}

// currencyUnits gives each currency its unit and so an axis of its own, because 1,000 won and one dollar do not fit on
// one axis.
func currencyUnits() []dashboard.DashboardFieldConfigSourceOverrides {
	var overrides []dashboard.DashboardFieldConfigSourceOverrides
	for _, currency := range []struct{ code, unit string }{
		{"EUR", units.Euro}, {"JPY", units.Yen}, {"KRW", units.SouthKoreanWon}, {"USD", units.Dollars},
	} {
		overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher:    dashboard.MatcherConfig{Id: "byRegexp", Options: "/^" + currency.code + "/"},
			Properties: []dashboard.DynamicConfigValue{{Id: "unit", Value: currency.unit}},
		})
	}
	return overrides
}

// tableColumns returns the options of Grafana's organize transformation.
func (p Panel) tableColumns() map[string]any {
	hidden := map[string]bool{}
	for _, label := range append([]string{"Time", "__name__", "instance", "pod", "job", "environment"}, p.HiddenColumns...) {
		hidden[label] = true
	}
	options := map[string]any{"excludeByName": hidden}
	if len(p.Columns) > 0 {
		index := map[string]int{}
		for i, column := range p.Columns {
			index[column] = i
		}
		options["indexByName"] = index
	}
	return options
}
