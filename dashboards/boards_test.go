package dashboards_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/dashboards"
)

// gridColumns is the width of Grafana's grid.
const gridColumns = 24

func TestBoards(t *testing.T) {
	uids := map[string]bool{}
	for _, board := range loadBoards(t) {
		t.Run(board.UID, func(t *testing.T) {
			require.False(t, uids[board.UID], "duplicate UID")
			uids[board.UID] = true
			require.Regexp(t, `^marketplace-[a-z]+$`, board.UID)

			file := readBoard(t, board)
			require.Equal(t, board.UID, file.UID)
			require.NotEmpty(t, file.Title)
			require.NotEmpty(t, file.Description)
			require.Equal(t, []string{"marketplace"}, file.Tags)
			require.False(t, file.Editable, "provisioning would overwrite changes")
			require.NotEmpty(t, file.Refresh)
			require.Regexp(t, `^now-\d+[hd]$`, file.Time.From)
			require.Equal(t, "now", file.Time.To)
			require.Len(t, file.Links, 1)
			require.Equal(t, "dashboards", file.Links[0].Type)
			require.Equal(t, file.Tags, file.Links[0].Tags, "links select boards by their tag")
			require.True(t, file.Links[0].KeepTime && file.Links[0].IncludeVars)
			require.Nil(t, file.Links[0].Placement, "hidden in a menu")
			checkAnnotations(t, file)
			checkVariables(t, file)
		})
	}
}

func checkAnnotations(t *testing.T, file boardFile) {
	t.Helper()
	require.Len(t, file.Annotations.List, 2)
	for _, annotation := range file.Annotations.List {
		require.True(t, annotation.Enable)
		require.Nil(t, annotation.Placement, "hidden in a menu")
		require.Equal(t, source{"prometheus", "${datasource}"}, annotation.Datasource)
		require.True(t, annotation.UseValueForTime, "would fill graphs while a series exists")
	}
	alerts, deployments := file.Annotations.List[0], file.Annotations.List[1]
	require.Contains(t, deployments.Expr, "environment:marketplace_app_deployed:timestamp{")
	require.Contains(t, deployments.TitleFormat, "{{version}}")
	require.Contains(t, alerts.Expr, `ALERTS{`)
	require.Contains(t, alerts.Expr, `severity=~"P0|P1"`)
	if file.UID != "marketplace-overview" {
		require.Regexp(t, `component=~?"`, alerts.Expr, "only the alerts of the board's components")
	}
	require.Contains(t, alerts.TitleFormat, "{{alertname}}")
}

func checkVariables(t *testing.T, file boardFile) {
	t.Helper()
	names := map[string]bool{}
	for i, variable := range file.Templating.List {
		require.False(t, names[variable.Name], "duplicate variable %s", variable.Name)
		names[variable.Name] = true
		require.NotEmpty(t, variable.Label)
		require.NotEmpty(t, variable.Description)
		if i == 0 {
			require.Equal(t, "datasource", variable.Name, "other variables depend on it")
			require.Equal(t, "datasource", variable.Type)
			require.Equal(t, "prometheus", variable.Query)
			continue
		}
		if variable.Type == "constant" {
			require.NotEmpty(t, variable.Query)
			require.Equal(t, 2, variable.Hide)
			continue
		}
		require.Equal(t, "query", variable.Type)
		require.Equal(t, source{"prometheus", "${datasource}"}, variable.Datasource)
		require.Equal(t, 2, variable.Refresh, "%s must follow the time range", variable.Name)
		require.True(t, variable.Multi && variable.IncludeAll)
		require.Equal(t, ".*", variable.AllValue, "must match a missing label")
		require.NotNil(t, variable.Current.Value, "%s has no selection", variable.Name)
		selected := []any{"$__all"}
		if variable.Name == "environment" {
			selected = []any{"production"}
		}
		require.Equal(t, selected, variable.Current.Value)
		require.Equal(t, variable.Definition, variable.Query)
	}
	require.True(t, names["environment"])
}

func TestPanels(t *testing.T) {
	for _, board := range loadBoards(t) {
		file := readBoard(t, board)
		ids, variables := map[uint32]bool{}, variableNames(file)
		require.Equal(t, "row", file.Panels[0].Type, "%s: panel above the first row", board.UID)
		row, titles := "", map[string]bool{}
		check := func(panel panelJSON) {
			require.False(t, titles[row+"/"+panel.Title], "%s: row %s has two panels with the title %s", board.UID, row, panel.Title)
			titles[row+"/"+panel.Title] = true
			t.Run(fmt.Sprintf("%s/%d", board.UID, panel.ID), func(t *testing.T) { checkPanel(t, panel, variables) })
		}
		for _, panel := range file.Panels {
			for _, each := range append([]panelJSON{panel}, panel.Panels...) {
				require.NotZero(t, each.ID, "%s: %s has no ID", board.UID, each.Title)
				require.False(t, ids[each.ID], "%s: duplicate ID %d", board.UID, each.ID)
				ids[each.ID] = true
			}
			if panel.Type != "row" {
				check(panel)
				continue
			}
			row = panel.Title
			checkRow(t, panel)
			for _, nested := range panel.Panels {
				check(nested)
			}
		}
	}
}

func variableNames(file boardFile) map[string]bool {
	all := map[string]bool{"__rate_interval": true, "__range": true}
	for _, variable := range file.Templating.List {
		all[variable.Name] = true
	}
	return all
}

func checkRow(t *testing.T, row panelJSON) {
	t.Helper()
	require.NotEmpty(t, row.Title)
	require.GreaterOrEqual(t, row.ID, uint32(1000), "IDs of rows start at 1000")
	require.Equal(t, row.Collapsed, len(row.Panels) > 0, "panels of collapsed rows are part of the row, and others follow it")
	require.Equal(t, gridColumns, row.GridPos.W)
	require.Zero(t, row.GridPos.X)
}

func checkPanel(t *testing.T, panel panelJSON, variables map[string]bool) {
	t.Helper()
	require.Less(t, panel.ID, uint32(1000), "IDs from 1000 on are for rows")
	require.NotEmpty(t, panel.Title)
	require.Regexp(t, `\.$`, panel.Description, "a description is a sentence")
	require.NotEmpty(t, panel.FieldConfig.Defaults.Unit)
	require.Equal(t, panel.Type == "table", panel.FieldConfig.Defaults.Unit == "string", "Grafana formats labels such as queryid by the unit")
	require.Len(t, panel.FieldConfig.Defaults.Thresholds.Steps, 1, "Grafana's default thresholds are red from 80 on")
	require.Equal(t, source{"prometheus", "${datasource}"}, panel.Datasource)
	require.Positive(t, panel.GridPos.W)
	require.Positive(t, panel.GridPos.H)
	require.LessOrEqual(t, panel.GridPos.X+panel.GridPos.W, gridColumns, "wider than the grid")
	require.NotEmpty(t, panel.Targets)
	refs := map[string]bool{}
	for _, target := range panel.Targets {
		require.NotEmpty(t, target.RefID)
		require.False(t, refs[target.RefID], "duplicate ref ID %s", target.RefID)
		refs[target.RefID] = true
		checkTarget(t, panel, target)
		for _, used := range regexp.MustCompile(`\$\{?([a-z_]\w*)`).FindAllStringSubmatch(target.Expr, -1) {
			require.True(t, variables[used[1]], "the board has no variable %s", used[1])
		}
	}
	checkOptions(t, panel)
}

func checkTarget(t *testing.T, panel panelJSON, target targetJSON) {
	t.Helper()
	require.NotEmpty(t, target.LegendFormat, "Grafana shows all labels without a legend")
	require.Equal(t, source{"prometheus", "${datasource}"}, target.Datasource)
	require.NotEqual(t, target.Instant, target.Range)
	require.False(t, target.Hide)
	require.Equal(t, panel.Type == "table", target.Format == "table")
	if panel.Type == "timeseries" {
		require.True(t, target.Range)
	}
}

// checkOptions checks options that the SDK leaves empty.
func checkOptions(t *testing.T, panel panelJSON) {
	t.Helper()
	if panel.Type == "table" {
		return
	}
	require.NotNil(t, panel.Options.Orientation)
	require.NotEmpty(t, *panel.Options.Orientation)
	if legend := panel.Options.Legend; legend != nil {
		require.Equal(t, panel.Type == "timeseries", *legend.ShowLegend)
		require.NotEmpty(t, legend.DisplayMode)
	}
	if tooltip := panel.Options.Tooltip; tooltip != nil {
		require.NotEmpty(t, tooltip.Mode)
	}
}

func TestDrilldownsLinkToOtherBoards(t *testing.T) {
	uids := []string{""}
	for _, board := range loadBoards(t) {
		uids = append(uids, board.UID)
	}
	for _, board := range loadBoards(t) {
		for _, panel := range board.Panels() {
			require.Contains(t, uids, panel.DrilldownUID, "%s of %s links to a board that does not exist", panel.Title, board.UID)
			require.NotEqual(t, board.UID, panel.DrilldownUID, "%s links to its own board", panel.Title)
		}
	}
}

func TestPanelsDoNotOverlap(t *testing.T) {
	for _, board := range loadBoards(t) {
		occupied := map[[2]int]string{}
		file := readBoard(t, board)
		for _, panel := range append(rows(file), file.allPanels()...) {
			at := panel.GridPos
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					require.Emptyf(t, occupied[[2]int{x, y}], "%s: %s overlaps another panel", board.UID, panel.Title)
					occupied[[2]int{x, y}] = panel.Title
				}
			}
		}
	}
}

func TestPanelsFillTheGrid(t *testing.T) {
	for _, board := range loadBoards(t) {
		file := readBoard(t, board)
		cells, height := 0, 0
		for _, panel := range append(rows(file), file.allPanels()...) {
			cells += panel.GridPos.W * panel.GridPos.H
			height = max(height, panel.GridPos.Y+panel.GridPos.H)
		}
		require.Equal(t, gridColumns*height, cells, "%s has gaps between its panels", board.UID)
	}
}

// rows returns the headings of the board.
func rows(file boardFile) []panelJSON {
	return slices.DeleteFunc(slices.Clone(file.Panels), func(panel panelJSON) bool { return panel.Type != "row" })
}

// A screen of 1600 x 900 pixels shows the menus of Grafana in 104 pixels, and below them 21 grid
// units of 30 pixels with gaps of 8. The headings of collapsed rows may follow below.
func TestFirstScreenShowsTheMainPanels(t *testing.T) {
	const screen, menus, unit = 900, 104, 30 + 8
	for _, board := range loadBoards(t) {
		bottom, panels, collapsed := 0, 0, false
		for _, panel := range readBoard(t, board).Panels {
			if panel.Collapsed {
				collapsed = true
				continue
			}
			require.False(t, collapsed, "%s: %s is below a collapsed row", board.UID, panel.Title)
			panels++
			bottom = max(bottom, panel.GridPos.Y+panel.GridPos.H)
		}
		require.True(t, collapsed, "%s has no collapsed rows", board.UID)
		require.Greater(t, panels, 3, board.UID)
		require.LessOrEqual(t, menus+bottom*unit, screen+unit/2, "%s: the main panels are below the first screen", board.UID)
	}
}

func TestThresholdsAreDashedLines(t *testing.T) {
	for _, board := range loadBoards(t) {
		drawn := readBoard(t, board)
		byID := map[uint32]panelJSON{}
		for _, panel := range drawn.allPanels() {
			byID[panel.ID] = panel
		}
		for _, panel := range board.Panels() {
			for i, query := range panel.Queries {
				if query.Threshold {
					checkUnit(t, panel, query)
					require.Equal(t, "timeseries", byID[panel.ID].Type)
					require.Contains(t, overridden(byID[panel.ID], string(rune('A'+i))), "custom.lineStyle")
				}
			}
		}
	}
}

// checkUnit compares the unit in the name of a threshold with the unit of its axis.
func checkUnit(t *testing.T, panel dashboards.Panel, query dashboards.Query) {
	t.Helper()
	units := map[string]string{"ratio": "percentunit", "seconds": "s", "bytes": "bytes", "count": "short", "age": "short", "rate": "Bps", "factor": "short", "score": "short", "amount": "short"}
	name := regexp.MustCompile(`threshold:\w+:(\w+)`).FindStringSubmatch(query.Expr)
	if name == nil || strings.Contains(query.Expr, "group_left () threshold:") {
		return // a constant, such as 100 % of a target, or a multiple of a series
	}
	unit := panel.Unit
	if query.Unit != "" {
		unit = query.Unit
	}
	require.Equal(t, units[name[1]], unit, "unit of %s in %s", query.Expr, panel.Title)
}

func overridden(panel panelJSON, refID string) []string {
	var ids []string
	for _, override := range panel.FieldConfig.Overrides {
		if override.Matcher.ID == "byFrameRefID" && override.Matcher.Options == refID {
			for _, property := range override.Properties {
				ids = append(ids, property.ID)
			}
		}
	}
	return ids
}
