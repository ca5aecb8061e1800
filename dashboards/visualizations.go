package dashboards

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// kind is a visualization of Grafana, or a variant of one.
type kind int

const (
	timeSeriesKind kind = iota
	statKind
	statusKind
	labelKind
	barGaugeKind
	tableKind
)

// instant reports whether queries are evaluated at the end of the time range only.
func (k kind) instant() bool { return k != timeSeriesKind && k != statKind }

// timeSeriesPanel draws values over time.
func timeSeriesPanel(id uint32, title, unit, description string, queries ...Query) Panel {
	return Panel{kind: timeSeriesKind, ID: id, Title: title, Unit: unit, Description: description, Queries: queries}
}

// statPanel shows the latest value of each series with a sparkline.
func statPanel(id uint32, title, unit, description string, queries ...Query) Panel {
	return Panel{kind: statKind, ID: id, Title: title, Unit: unit, Description: description, Queries: queries}
}

// statusPanel shows the latest value as a text and a color.
func statusPanel(id uint32, title string, mappings []Mapping, description string, queries ...Query) Panel {
	panel := statPanel(id, title, units.Short, description, queries...)
	panel.kind, panel.Mappings = statusKind, mappings
	return panel
}

// labelPanel shows the legend of a series instead of its value, such as a version.
func labelPanel(id uint32, title, description string, queries ...Query) Panel {
	return Panel{kind: labelKind, ID: id, Title: title, Unit: units.NoUnit, Description: description, Queries: queries}
}

// barGaugePanel compares the latest values of series.
func barGaugePanel(id uint32, title, unit, description string, queries ...Query) Panel {
	return Panel{kind: barGaugeKind, ID: id, Title: title, Unit: unit, Description: description, Queries: queries}
}

// tablePanel shows the latest values in a table with a column for each label and each query.
// Results with equal labels share a row.
func tablePanel(id uint32, title, description string, columns ...Query) Panel {
	return Panel{kind: tableKind, ID: id, Title: title, Description: description, Queries: columns}
}

func (p Panel) builder() cog.Builder[dashboard.Panel] {
	switch p.kind {
	case statKind:
		return statBuilder().GraphMode(common.BigValueGraphModeArea).ColorMode(common.BigValueColorModeValue)
	case statusKind:
		return statBuilder().ColorMode(common.BigValueColorModeBackground)
	case labelKind:
		return statBuilder().ColorMode(common.BigValueColorModeNone).TextMode(common.BigValueTextModeName)
	case barGaugeKind:
		return barGaugeBuilder()
	case tableKind:
		return p.tableBuilder()
	default:
		return p.timeSeriesBuilder()
	}
}

func (p Panel) timeSeriesBuilder() cog.Builder[dashboard.Panel] {
	builder := timeseries.NewPanelBuilder().
		Orientation(common.VizOrientationAuto).
		Legend(p.legend()).
		Tooltip(common.NewVizTooltipOptionsBuilder().
			Mode(common.TooltipDisplayModeMulti).
			Sort(common.SortOrderDescending)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)).
		DrawStyle(common.GraphDrawStyleLine).
		LineWidth(1).
		FillOpacity(0).
		ShowPoints(common.VisibilityModeNever).
		AxisSoftMin(0)
	if p.KPI {
		builder.LineInterpolation(common.LineInterpolationStepAfter)
	}
	if p.Stacked {
		builder.Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).FillOpacity(30)
	}
	return builder
}

// legend returns a list of series or, if there are many, a table that is sorted by their maximum.
func (p Panel) legend() cog.Builder[common.VizLegendOptions] {
	legend := common.NewVizLegendOptionsBuilder().
		ShowLegend(true).
		DisplayMode(common.LegendDisplayModeList).
		Placement(common.LegendPlacementBottom)
	if !p.ManySeries {
		return legend
	}
	if p.Width >= gridColumns/2 {
		legend.Placement(common.LegendPlacementRight)
	}
	return legend.DisplayMode(common.LegendDisplayModeTable).
		Calcs([]string{"lastNotNull", "max"}).SortBy("Max").SortDesc(true)
}

func statBuilder() *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Orientation(common.VizOrientationAuto).
		GraphMode(common.BigValueGraphModeNone).
		TextMode(common.BigValueTextModeAuto).
		ReduceOptions(latestValue()).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds))
}

func barGaugeBuilder() cog.Builder[dashboard.Panel] {
	return bargauge.NewPanelBuilder().
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		Legend(common.NewVizLegendOptionsBuilder().
			ShowLegend(false).
			DisplayMode(common.LegendDisplayModeList).
			Placement(common.LegendPlacementBottom)).
		ReduceOptions(latestValue()).
		Min(0).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdFixed).FixedColor("blue"))
}

func latestValue() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false)
}

func (p Panel) tableBuilder() cog.Builder[dashboard.Panel] {
	var order []cog.Builder[common.TableSortByFieldState]
	for _, column := range p.SortBy {
		order = append(order, common.NewTableSortByFieldStateBuilder().DisplayName(column).Desc(p.Descending))
	}
	return table.NewPanelBuilder().Filterable(true).
		WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
		WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: p.organizeColumns()}).
		SortBy(order)
}

// organizeColumns returns the options of Grafana's organize transformation.
func (p Panel) organizeColumns() map[string]any {
	hidden := map[string]bool{}
	for _, column := range append([]string{"Time", "__name__", "instance", "pod", "job", "environment"}, p.Hidden...) {
		hidden[column] = true
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
