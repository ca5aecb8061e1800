package dashboards

import (
	"regexp"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

type (
	// override sets properties of the fields that its matcher selects.
	override = dashboard.DashboardFieldConfigSourceOverrides
	property = dashboard.DynamicConfigValue
)

func newOverride(matcher, options string, properties ...property) override {
	return override{Matcher: dashboard.MatcherConfig{Id: matcher, Options: options}, Properties: properties}
}

// byName selects a column of a table.
func byName(column string, properties ...property) override {
	return newOverride("byName", column, properties...)
}

// byPattern selects series by their names.
func byPattern(pattern string, properties ...property) override {
	return newOverride("byRegexp", "/"+pattern+"/", properties...)
}

// byQuery selects the result of a query: by its letter, or in a table by the name that Grafana
// gives to the column.
func (p Panel) byQuery(i int, properties ...property) override {
	switch {
	case p.kind != tableKind:
		return newOverride("byFrameRefID", refID(i), properties...)
	case len(p.Queries) == 1:
		return byName("Value", properties...)
	default:
		return byName("Value #"+refID(i), properties...)
	}
}

func (p Panel) overrides() []override {
	overrides := []override{}
	if p.Unit == eachCurrency {
		overrides = append(overrides, currencyUnits()...)
	}
	if len(p.Alerts) > 0 {
		overrides = append(overrides, runbookLinks(), panelLinks(p.Alerts))
	}
	if p.WideColumn != "" {
		overrides = append(overrides, byName(p.WideColumn, property{Id: "custom.width", Value: 700}))
	}
	overrides = append(overrides, p.labelColors()...)
	for i := range p.Queries {
		if properties := p.queryProperties(i); len(properties) > 0 {
			overrides = append(overrides, p.byQuery(i, properties...))
		}
	}
	return overrides
}

func (p Panel) queryProperties(i int) []property {
	query := p.Queries[i]
	var properties []property
	set := func(id string, value any) { properties = append(properties, property{Id: id, Value: value}) }
	if p.kind == tableKind {
		set("displayName", query.Legend)
	}
	if query.Unit != "" && query.Unit != p.Unit {
		set("unit", query.Unit)
	}
	if query.RedUnlessZero {
		set("custom.cellOptions", map[string]any{"type": "color-background"})
		set("color", map[string]any{"mode": "thresholds"})
		set("thresholds", redUnlessZero())
	}
	if p.kind == timeSeriesKind {
		if color := p.queryColor(i); color != nil {
			set("color", color)
		}
	}
	switch {
	case query.Threshold:
		set("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{10, 10}})
		set("custom.fillOpacity", 0)
		set("custom.stacking", map[string]any{"mode": "none", "group": "limits"})
	case p.kind == timeSeriesKind && regexp.MustCompile(`\b(6h|1d)\b`).MatchString(query.Legend):
		set("custom.lineStyle", map[string]any{"fill": "dot", "dash": []int{2, 6}}) // beside a line of a shorter window
	}
	return properties
}

// redUnlessZero returns the colors of a difference. Sums of amounts are not exact.
func redUnlessZero() map[string]any {
	step := func(value any, color string) map[string]any { return map[string]any{"value": value, "color": color} }
	return map[string]any{"mode": "absolute", "steps": []map[string]any{
		step(nil, "red"), step(-0.0005, "transparent"), step(0.0005, "red"),
	}}
}

// eachCurrency is the unit of panels with series whose names start with a currency code.
const eachCurrency = "currency"

// currencyUnits gives each currency its unit and so an axis of its own, because 1,000 won and one
// dollar do not fit on one axis.
func currencyUnits() []override {
	unit := func(code, unit string) override { return byPattern("^"+code, property{Id: "unit", Value: unit}) }
	return []override{
		unit("EUR", units.Euro), unit("JPY", units.Yen), unit("KRW", units.SouthKoreanWon), unit("USD", units.Dollars),
	}
}
