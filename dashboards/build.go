package dashboards

import (
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// tag is what boards find each other by.
const tag = "marketplace"

// JSON is the board as a file for Grafana.
func (b Board) JSON() ([]byte, error) {
	//nolint:staticcheck // deprecated in favour of a kind that older Grafanas cannot read from files
	builder := dashboard.NewDashboardBuilder(b.Title).
		Uid(b.UID).
		Description(b.Description).
		Tags([]string{tag}).
		Timezone("browser").
		Readonly(). // what is changed in the browser would be lost: change the Go file
		Tooltip(dashboard.DashboardCursorSyncCrosshair).
		Time(b.From, "now").
		Refresh("1m").
		Link(otherBoards()).
		Annotation(firingAlerts(b.Alerts)).
		WithVariable(datasourceChoice())
	for _, variable := range b.Variables {
		builder.WithVariable(variable.build())
	}
	for _, row := range b.Rows {
		builder.WithRow(dashboard.NewRowBuilder(row.Title).Id(row.ID))
		// After the row and not inside, or else Grafana would show it folded.
		for _, panel := range row.Panels {
			builder.WithPanel(panel)
		}
	}
	built, err := builder.Build()
	if err != nil {
		return nil, fmt.Errorf("building the board %s: %w", b.UID, err)
	}
	// At the top of the board, where they are seen: the SDK puts them into a menu.
	built.Links[0].Placement, built.Annotations.List[0].Placement = nil, nil
	text, err := json.MarshalIndent(built, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encoding the board %s: %w", b.UID, err)
	}
	return append(text, '\n'), nil
}

// otherBoards leads to the others and keeps what was chosen.
func otherBoards() cog.Builder[dashboard.DashboardLink] {
	return dashboard.NewDashboardLinkBuilder("Boards").
		Type(dashboard.DashboardLinkTypeDashboards).
		Icon("external link").
		Tags([]string{tag}).
		AsDropdown(false).
		IncludeVars(true).
		KeepTime(true)
}

// firingAlerts marks on all graphs when alerts fired.
func firingAlerts(matchers string) cog.Builder[dashboard.AnnotationQuery] {
	return dashboard.NewAnnotationQueryBuilder().
		Name("Alerts").
		Datasource(datasource()).
		Enable(true).
		IconColor("red").
		Expr(firing(matchers)).
		Step("60s").
		TitleFormat("{{alertname}}").
		TextFormat("{{severity}} of {{component}}").
		TagKeys("severity,component")
}
