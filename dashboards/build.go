package dashboards

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// Write writes each board to a file in dir, which must exist. It does not remove the files of
// deleted boards.
func Write(dir string) error {
	boards, err := Boards()
	if err != nil {
		return err
	}
	for _, board := range boards {
		text, err := board.JSON()
		if err != nil {
			return err
		}
		path := filepath.Join(dir, board.File())
		if err := os.WriteFile(path, text, 0o644); err != nil { //nolint:gosec // Grafana reads it as another user
			return fmt.Errorf("writing a board: %w; hint: run this from the root of the repository", err)
		}
	}
	return nil
}

// File returns the name of the board's file.
func (b Board) File() string { return b.UID + ".json" }

// JSON returns the board in Grafana's format.
func (b Board) JSON() ([]byte, error) {
	//nolint:staticcheck // deprecated in favor of a kind that older Grafanas cannot provision
	builder := dashboard.NewDashboardBuilder(b.Title).
		Uid(b.UID).
		Description(b.Description).
		Tags([]string{tag}).
		Timezone("browser").
		Readonly(). // provisioning would overwrite changes made in the browser
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time(b.TimeFrom, "now").
		Refresh("1m").
		Link(boardLinks()).
		Annotation(alertAnnotations(b.AlertMatcher)).
		Annotation(deployAnnotations()).
		WithVariable(datasourceVariable())
	for _, variable := range b.Variables {
		builder.WithVariable(variable.build())
	}
	if slices.ContainsFunc(b.Panels(), func(p Panel) bool { return len(p.Alerts) > 0 }) {
		builder.WithVariable(runbooksVariable())
	}
	for _, row := range b.Rows {
		heading := dashboard.NewRowBuilder(row.Title).Id(row.ID)
		// Grafana collapses rows that contain panels. The panels of other rows follow the row.
		if row.Collapsed {
			for _, panel := range row.Panels {
				heading.WithPanel(panel)
			}
			row.Panels = nil
		}
		builder.WithRow(heading)
		for _, panel := range row.Panels {
			builder.WithPanel(panel)
		}
	}
	built, err := builder.Build()
	if err != nil {
		return nil, fmt.Errorf("building the board %s: %w", b.UID, err)
	}
	// The SDK moves links and annotation switches into a menu. Without a placement they are at the
	// top of the board.
	built.Links[0].Placement = nil
	for i := range built.Annotations.List {
		built.Annotations.List[i].Placement = nil
	}
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the board %s: %w", b.UID, err)
	}
	return append(text, '\n'), nil
}

// kpiSteps explains why the values of KPIs change in steps. Operators configure the interval of
// each KPI.
const kpiSteps = " It changes in steps, when the KPI's query runs; the KPIs table of the Monitoring board lists " +
	"the intervals."

// Build returns the panel in the SDK's format, which makes Panel a builder of the SDK.
func (p Panel) Build() (dashboard.Panel, error) {
	built, err := p.builder().Build()
	if err != nil {
		return built, err
	}
	if p.KPI {
		p.Description += kpiSteps
	}
	source, unit := datasource(), p.defaultUnit()
	built.Id, built.Title, built.Description, built.Datasource = &p.ID, &p.Title, &p.Description, &source
	built.GridPos = &dashboard.GridPos{W: p.Width, H: p.Height}
	for i := range p.Queries {
		built.Targets = append(built.Targets, p.target(i))
	}
	fields := built.FieldConfig
	fields.Defaults.Links = p.drilldown()
	fields.Defaults.Unit = &unit
	fields.Defaults.Mappings = p.valueMappings()
	// Grafana's default thresholds color values from 80 on red.
	fields.Defaults.Thresholds = &dashboard.ThresholdsConfig{
		Mode:  dashboard.ThresholdsModeAbsolute,
		Steps: []dashboard.Threshold{{Color: cmp.Or(p.Color, "blue")}},
	}
	fields.Overrides = p.overrides()
	return built, nil
}

// defaultUnit returns the unit of fields without an override. In tables these are labels: with a
// numeric unit Grafana would show a queryid as "8.65 Quint".
func (p Panel) defaultUnit() string {
	switch {
	case p.kind == tableKind:
		return units.String
	case p.Unit == eachCurrency:
		return units.Short
	default:
		return p.Unit
	}
}

func (p Panel) target(i int) variants.Dataquery {
	query, id, source := p.Queries[i], refID(i), datasource()
	format := prometheus.PromQueryFormatTimeSeries
	if p.kind == tableKind {
		format = prometheus.PromQueryFormatTable
	}
	instant, ranged := p.kind.instant(), !p.kind.instant()
	return prometheus.Dataquery{
		RefId: &id, Datasource: &source, Expr: query.Expr, LegendFormat: &query.Legend,
		Format: &format, Instant: &instant, Range: &ranged,
	}
}

// refID returns A, B, C and so on. No panel has more than 26 queries.
func refID(i int) string { return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1] }

func (p Panel) valueMappings() []dashboard.ValueMapping {
	if len(p.Mappings) == 0 {
		return nil
	}
	options := map[string]dashboard.ValueMappingResult{}
	for i, mapping := range p.Mappings {
		index := int32(i)
		options[mapping.Value] = dashboard.ValueMappingResult{Text: &mapping.Text, Color: &mapping.Color, Index: &index}
	}
	texts := &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}
	return []dashboard.ValueMapping{{ValueMap: texts}}
}
