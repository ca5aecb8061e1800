package dashboards

import (
	"cmp"
	"slices"

	"github.com/aimarketplace/monitoring/rules"
)

const (
	overviewUID   = "marketplace-overview"
	apiUID        = "marketplace-api"
	webUID        = "marketplace-web"
	uptimeUID     = "marketplace-uptime"
	eventsUID     = "marketplace-events"
	databaseUID   = "marketplace-database"
	queriesUID    = "marketplace-queries"
	businessUID   = "marketplace-business"
	errorsUID     = "marketplace-errors"
	paymentsUID   = "marketplace-payments"
	monitoringUID = "marketplace-monitoring"
)

// Board is a dashboard. Its UID and the IDs of its panels are part of links from alerts, runbooks
// and bookmarks: they never change and are never reused.
type Board struct {
	UID         string
	Title       string
	Description string
	// TimeFrom is the default start of the time range, such as now-6h.
	TimeFrom string
	// Variables are the selectors at the top of the board, without the data source.
	Variables []Variable
	// AlertMatcher selects the alerts whose start is marked on the graphs. An empty matcher selects
	// all.
	AlertMatcher string
	Rows         []Row
}

// Row is a heading and the panels below it, from left to right and top to bottom. Rows have IDs
// from 1000 on. The rows that are not collapsed fit on the first screen, so that a board shows its
// main panels without scrolling.
type Row struct {
	ID        uint32
	Title     string
	Panels    []Panel
	Collapsed bool
}

// Boards returns all boards, in the order of the menu. The API board has a panel for each endpoint
// with a target in rules/thresholds.yml.
func Boards() ([]Board, error) {
	bundle, err := rules.Load()
	if err != nil {
		return nil, err
	}
	thresholds, err := bundle.Thresholds()
	if err != nil {
		return nil, err
	}
	endpoints := slices.DeleteFunc(thresholds, func(t rules.Threshold) bool {
		return t.Series != "threshold:http_endpoint:seconds"
	})
	return []Board{
		overviewBoard(bundle.Alerts()), uptimeBoard(), apiBoard(endpoints), webBoard(), eventsBoard(), errorsBoard(),
		databaseBoard(), queriesBoard(), businessBoard(), paymentsBoard(), monitoringBoard(),
	}, nil
}

// Panels returns the panels of all rows.
func (b Board) Panels() []Panel {
	var panels []Panel
	for _, row := range b.Rows {
		panels = append(panels, row.Panels...)
	}
	return panels
}

func row(id uint32, title string, grids ...[]Panel) Row {
	return Row{ID: id, Title: title, Panels: slices.Concat(grids...)}
}

func collapsedRow(id uint32, title string, grids ...[]Panel) Row {
	return Row{ID: id, Title: title, Panels: slices.Concat(grids...), Collapsed: true}
}

// gridColumns is the width of Grafana's grid.
const gridColumns = 24

// grid sets the size of panels that have none, with a number of equally wide panels in each line.
func grid(perLine, height uint32, panels ...Panel) []Panel {
	for i := range panels {
		panels[i].Width = cmp.Or(panels[i].Width, gridColumns/perLine)
		panels[i].Height = cmp.Or(panels[i].Height, height)
	}
	return panels
}
