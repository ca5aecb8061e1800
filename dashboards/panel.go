package dashboards

import (
	"cmp"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// Build returns the panel in the SDK's format, which makes Panel a builder of the SDK.
func (p Panel) Build() (dashboard.Panel, error) {
	built, err := p.build(p).Build()
	if err != nil {
		return built, err
	}
	if p.KPI {
		p.Description += " " + kpiSteps
	}
	source := datasource()
	built.Id, built.Title, built.Description, built.Datasource = &p.ID, &p.Title, &p.Description, &source
	built.GridPos = &dashboard.GridPos{W: p.Width, H: p.Height}
	for i := range p.Queries {
		built.Targets = append(built.Targets, p.target(i))
	}
	unit := p.defaultUnit()
	fields := built.FieldConfig
	fields.Defaults.Links = p.drilldown()
	fields.Defaults.Unit = &unit
	fields.Defaults.Mappings = p.mappings()
	fields.Defaults.Thresholds = singleColor(cmp.Or(p.Color, "blue"))
	fields.Overrides = p.overrides()
	return built, nil
}

// kpiSteps explains why the values of KPIs change in steps. Operators configure the interval of each KPI.
const kpiSteps = "It changes in steps, when the KPI's query runs; the KPIs table of the Monitoring board lists the intervals."

// defaultUnit returns the unit of fields without an override. In tables these are labels: with a numeric unit Grafana
// would show a queryid as "8.65 Quint".
func (p Panel) defaultUnit() string {
	if p.table {
		return units.String
	}
	return p.Unit
}

func (p Panel) target(i int) variants.Dataquery {
	query, id, source := p.Queries[i], refID(i), datasource()
	format := prometheus.PromQueryFormatTimeSeries
	if p.table {
		format = prometheus.PromQueryFormatTable
	}
	instant, ranged := p.instant, !p.instant
	return prometheus.Dataquery{
		RefId: &id, Datasource: &source, Expr: query.Expr, LegendFormat: &query.Legend,
		Format: &format, Instant: &instant, Range: &ranged,
	}
}

// refID returns A, B, C and so on. No panel has more than 26 queries.
func refID(i int) string { return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1] }

// singleColor replaces Grafana's default thresholds, which color values from 80 on red.
func singleColor(color string) *dashboard.ThresholdsConfig {
	return &dashboard.ThresholdsConfig{
		Mode:  dashboard.ThresholdsModeAbsolute,
		Steps: []dashboard.Threshold{{Color: color}},
	}
}

func (p Panel) mappings() []dashboard.ValueMapping {
	if len(p.Mappings) == 0 {
		return nil
	}
	options := map[string]dashboard.ValueMappingResult{}
	for i, mapping := range p.Mappings {
		index := int32(i)
		options[mapping.Value] = dashboard.ValueMappingResult{Text: &mapping.Text, Color: &mapping.Color, Index: &index}
	}
	return []dashboard.ValueMapping{{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}}
}
