package dashboards

import (
	"cmp"

	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// withDefaultSize sets the dimensions that the panel leaves at zero.
func (p Panel) withDefaultSize(width, height uint32) Panel {
	p.Width, p.Height = cmp.Or(p.Width, width), cmp.Or(p.Height, height)
	return p
}

// timeSeriesPanel draws values over time.
func timeSeriesPanel(p Panel) Panel {
	p.build = func(p Panel) cog.Builder[dashboard.Panel] {
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
	p.graph = true
	return p.withDefaultSize(8, 8)
}

// statPanel shows the latest value of each series with a sparkline.
func statPanel(p Panel) Panel {
	p.build = func(Panel) cog.Builder[dashboard.Panel] {
		return statBuilder().GraphMode(common.BigValueGraphModeArea).ColorMode(common.BigValueColorModeValue)
	}
	return p.withDefaultSize(4, 4)
}

// statusPanel shows the text and color of the latest value.
func statusPanel(p Panel) Panel {
	p.instant = true
	p.build = func(Panel) cog.Builder[dashboard.Panel] {
		return statBuilder().GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeBackground)
	}
	return p.withDefaultSize(4, 4)
}

// labelPanel shows the legend of a series instead of its value, such as a version.
func labelPanel(p Panel) Panel {
	p.instant = true
	p.build = func(Panel) cog.Builder[dashboard.Panel] {
		return statBuilder().GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeNone).
			TextMode(common.BigValueTextModeName)
	}
	return p.withDefaultSize(4, 4)
}

func statBuilder() *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Orientation(common.VizOrientationAuto).
		TextMode(common.BigValueTextModeAuto).
		ReduceOptions(latestValue()).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds))
}

// barGaugePanel compares the latest values of series.
func barGaugePanel(p Panel) Panel {
	p.instant = true
	p.build = func(Panel) cog.Builder[dashboard.Panel] {
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
	return p.withDefaultSize(8, 8)
}

// tablePanel shows the latest values in a table with a column for each label and each query. Results with equal labels
// share a row.
func tablePanel(p Panel) Panel {
	p.instant, p.table = true, true
	p.build = func(p Panel) cog.Builder[dashboard.Panel] {
		builder := table.NewPanelBuilder().Filterable(true).
			WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
			WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: p.tableColumns()})
		var order []cog.Builder[common.TableSortByFieldState]
		for _, column := range p.SortBy {
			order = append(order, common.NewTableSortByFieldStateBuilder().DisplayName(column.Name).Desc(column.Desc))
		}
		return builder.SortBy(order)
	}
	return p.withDefaultSize(24, 10)
}

func latestValue() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false)
}
