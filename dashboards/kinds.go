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

// sized gives a panel the size that its kind has by default.
func (p Panel) sized(width, height uint32) Panel {
	p.Width, p.Height = cmp.Or(p.Width, width), cmp.Or(p.Height, height)
	return p
}

// graph draws values over time.
func graph(p Panel) Panel {
	p.draw = func(p Panel) cog.Builder[dashboard.Panel] {
		builder := timeseries.NewPanelBuilder().
			Orientation(common.VizOrientationAuto).
			Legend(common.NewVizLegendOptionsBuilder().
				ShowLegend(true).
				DisplayMode(common.LegendDisplayModeList).
				Placement(common.LegendPlacementBottom)).
			Tooltip(common.NewVizTooltipOptionsBuilder().
				Mode(common.TooltipDisplayModeMulti).
				Sort(common.SortOrderDescending)).
			ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName)).
			DrawStyle(common.GraphDrawStyleLine).
			LineWidth(1).
			FillOpacity(8).
			ShowPoints(common.VisibilityModeNever).
			AxisSoftMin(0)
		if p.Stacked {
			builder.Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A")).FillOpacity(30)
		}
		return builder
	}
	return p.sized(8, 8)
}

// number shows the latest value, large, and behind it how it came about: one tile a series.
func number(p Panel) Panel {
	p.draw = func(Panel) cog.Builder[dashboard.Panel] {
		return tile().GraphMode(common.BigValueGraphModeArea).ColorMode(common.BigValueColorModeValue)
	}
	return p.sized(4, 4)
}

// state shows a word and its colour instead of a number.
func state(p Panel) Panel {
	p.now = true
	p.draw = func(Panel) cog.Builder[dashboard.Panel] {
		return tile().GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeBackground)
	}
	return p.sized(4, 4)
}

// word shows the name of a series: it is in a label what there is to say.
func word(p Panel) Panel {
	p.now = true
	p.draw = func(Panel) cog.Builder[dashboard.Panel] {
		return tile().GraphMode(common.BigValueGraphModeNone).ColorMode(common.BigValueColorModeNone).
			TextMode(common.BigValueTextModeName)
	}
	return p.sized(4, 4)
}

func tile() *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Orientation(common.VizOrientationAuto).
		TextMode(common.BigValueTextModeAuto).
		ReduceOptions(latestValue()).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds))
}

// bars compares what is now, one bar a series.
func bars(p Panel) Panel {
	p.now = true
	p.draw = func(Panel) cog.Builder[dashboard.Panel] {
		return bargauge.NewPanelBuilder().
			Orientation(common.VizOrientationHorizontal).
			DisplayMode(common.BarGaugeDisplayModeBasic).
			Legend(common.NewVizLegendOptionsBuilder().
				ShowLegend(false).
				DisplayMode(common.LegendDisplayModeList).
				Placement(common.LegendPlacementBottom)).
			ReduceOptions(latestValue()).
			Min(0).
			ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName))
	}
	return p.sized(8, 8)
}

// list is a table of what is now: a column a label and a column a query, a line for each that they have in common.
func list(p Panel) Panel {
	p.now, p.table = true, true
	p.draw = func(p Panel) cog.Builder[dashboard.Panel] {
		builder := table.NewPanelBuilder().Filterable(true).
			WithTransformation(dashboard.DataTransformerConfig{Id: "merge", Options: map[string]any{}}).
			WithTransformation(dashboard.DataTransformerConfig{Id: "organize", Options: map[string]any{"excludeByName": p.hidden()}})
		if p.SortBy != "" {
			order := common.NewTableSortByFieldStateBuilder().DisplayName(p.SortBy).Desc(!p.Rising)
			builder.SortBy([]cog.Builder[common.TableSortByFieldState]{order})
		}
		return builder
	}
	return p.sized(24, 10)
}

func latestValue() cog.Builder[common.ReduceDataOptions] {
	return common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"}).Fields("").Values(false)
}
