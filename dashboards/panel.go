package dashboards

import (
	"cmp"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// Build is the panel as Grafana wants it. Its errors are the SDK's own: it cannot do with others.
func (p Panel) Build() (dashboard.Panel, error) {
	drawn, err := p.draw(p).Build()
	if err != nil {
		return drawn, err
	}
	source := datasource()
	drawn.Id, drawn.Title, drawn.Description, drawn.Datasource = &p.ID, &p.Title, &p.About, &source
	drawn.GridPos = &dashboard.GridPos{W: p.Width, H: p.Height}
	for i := range p.Queries {
		drawn.Targets = append(drawn.Targets, p.target(i))
	}
	fields := drawn.FieldConfig
	fields.Defaults.Links = p.details()
	fields.Defaults.Unit = &p.Unit
	fields.Defaults.Mappings = p.mappings()
	fields.Defaults.Thresholds = oneColor(cmp.Or(p.Color, "blue"))
	fields.Overrides = p.overrides()
	return drawn, nil
}

func (p Panel) target(i int) variants.Dataquery {
	query, id, source := p.Queries[i], refID(i), datasource()
	shape := prometheus.PromQueryFormatTimeSeries
	if p.table {
		shape = prometheus.PromQueryFormatTable
	}
	now, over := p.now, !p.now
	return prometheus.Dataquery{
		RefId: &id, Datasource: &source, Expr: query.Expr, LegendFormat: &query.Name,
		Format: &shape, Instant: &now, Range: &over,
	}
}

// refID is A, B, C: no panel has more queries than there are letters.
func refID(i int) string { return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1] }

// oneColor keeps Grafana from painting everything above 80 red, which it does where nothing is said.
func oneColor(color string) *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{
		Mode:  dashboard.ThresholdsModeAbsolute,
		Steps: []dashboard.Threshold{{Color: color}},
	}
}

func (p Panel) mappings() []dashboard.ValueMapping {
	if len(p.States) == 0 {
		return nil
	}
	options := map[string]dashboard.ValueMappingResult{}
	for i, state := range p.States {
		index := int32(i)
		options[state.Value] = dashboard.ValueMappingResult{Text: &state.Text, Color: &state.Color, Index: &index}
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}}
}

func (p Panel) overrides() []dashboard.DashboardFieldConfigSourceOverrides {
	overrides := []dashboard.DashboardFieldConfigSourceOverrides{}
	if p.Money {
		overrides = append(overrides, currencies()...)
	}
	if p.Runbooks {
		overrides = append(overrides, runbooks())
	}
	for i, query := range p.Queries {
		if properties := p.properties(query); len(properties) > 0 {
			overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{Matcher: p.matcher(i), Properties: properties})
		}
	}
	return overrides
}

// matcher finds what a query gave: by its letter, or in a table by the column that Grafana makes of it.
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

func (p Panel) properties(query Query) []dashboard.DynamicConfigValue {
	var properties []dashboard.DynamicConfigValue
	set := func(id string, value any) {
		properties = append(properties, dashboard.DynamicConfigValue{Id: id, Value: value})
	}
	if p.table {
		set("displayName", query.Name)
	}
	if unit := cmp.Or(query.Unit, p.Unit); unit != p.Unit {
		set("unit", unit)
	}
	if query.Limit {
		set("color", map[string]any{"mode": "fixed", "fixedColor": "red"})
		set("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{10, 10}})
		set("custom.fillOpacity", 0)
		set("custom.stacking", map[string]any{"mode": "none", "group": "limits"})
	}
	return properties
}

// currencies give each its sign, and thereby an axis of its own: 1,000 won and a dollar do not fit on one.
func currencies() []dashboard.DashboardFieldConfigSourceOverrides {
	var overrides []dashboard.DashboardFieldConfigSourceOverrides
	for _, currency := range []struct{ name, unit string }{
		{"EUR", units.Euro}, {"JPY", units.Yen}, {"KRW", units.SouthKoreanWon}, {"USD", units.Dollars},
	} {
		overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
			Matcher:    dashboard.MatcherConfig{Id: "byRegexp", Options: "/^" + currency.name + "/"},
			Properties: []dashboard.DynamicConfigValue{{Id: "unit", Value: currency.unit}},
		})
	}
	return overrides
}

// runbooks makes a link of the name of each alert.
func runbooks() dashboard.DashboardFieldConfigSourceOverrides {
	const url = "https://github.com/aimarketplace/monitoring/blob/main/docs/runbooks/${__value.text}.md"
	return dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: "byName", Options: "alertname"},
		Properties: []dashboard.DynamicConfigValue{
			{Id: "links", Value: []map[string]any{{"title": "Runbook", "url": url, "targetBlank": true}}},
		},
	}
}

// details is the link on a value to the board that tells more about it, with what was chosen here.
func (p Panel) details() []dashboard.DashboardLink {
	if p.Details == "" {
		return nil
	}
	url := "/d/" + p.Details + "?${environment:queryparam}&${__url_time_range}"
	return []dashboard.DashboardLink{{Title: "Look closer", Url: &url}}
}

// hidden are the columns of a table that say nothing.
func (p Panel) hidden() map[string]bool {
	hidden := map[string]bool{}
	for _, label := range append([]string{"Time", "__name__", "instance", "pod", "job", "environment"}, p.Hidden...) {
		hidden[label] = true
	}
	return hidden
}
