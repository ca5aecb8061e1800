package dashboards

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tag selects the boards that link to each other.
const tag = "marketplace"

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
		WithVariable(datasourceVariable())
	for _, variable := range b.Variables {
		builder.WithVariable(variable.build())
	}
	if slices.ContainsFunc(b.Panels(), func(p Panel) bool { return len(p.Alerts) > 0 }) {
		builder.WithVariable(runbooksVariable())
	}
	for _, row := range b.Rows {
		heading := dashboard.NewRowBuilder(row.Title).Id(row.ID)
		if row.Collapsed {
			for _, panel := range row.Panels {
				heading.WithPanel(panel)
			}
			builder.WithRow(heading)
			continue
		}
		// Panels follow the row instead of being part of it, because Grafana collapses rows that contain panels.
		builder.WithRow(heading)
		for _, panel := range row.Panels {
			builder.WithPanel(panel)
		}
	}
	built, err := builder.Build()
	if err != nil {
		return nil, fmt.Errorf("building the board %s: %w", b.UID, err)
	}
	// The SDK moves links and annotation switches into a menu. Without a placement they are at the top of the board.
	built.Links[0].Placement, built.Annotations.List[0].Placement = nil, nil
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the board %s: %w", b.UID, err)
	}
	return append(text, '\n'), nil
}

// boardLinks links to the other boards and keeps variables and time range.
func boardLinks() cog.Builder[dashboard.DashboardLink] {
	return dashboard.NewDashboardLinkBuilder("Boards").
		Type(dashboard.DashboardLinkTypeDashboards).
		Icon("external link").
		Tags([]string{tag}).
		AsDropdown(false).
		IncludeVars(true).
		KeepTime(true)
}

// alertAnnotations marks on all graphs when the condition of a P0 or P1 alert began. Without UseValueForTime, Grafana
// would fill the graphs for as long as an alert fires.
func alertAnnotations(matcher string) cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().
		Name("P0 and P1 alerts").
		Datasource(datasource()).
		Enable(true).
		IconColor("red").
		Expr("1000 * " + activeSince(`severity=~"P0|P1"`, matcher)). // in milliseconds
		UseValueForTime(true).
		Step("60s").
		TitleFormat("{{alertname}}").
		TextFormat("{{severity}} {{component}}").
		TagKeys("severity,component")
}
