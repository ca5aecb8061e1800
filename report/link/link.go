// Package link returns links to boards and runbooks.
package link

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/report/document"
)

// Links are the addresses of what reports link to.
type Links struct {
	Grafana     *url.URL // nil without links to panels
	Runbooks    string   // empty without links to runbooks
	Environment string
}

// Range is the time that a panel shows.
type Range struct{ From, To time.Time }

// Panel returns a link to a panel, BOARD/NUMBER, or its name if there is no address of Grafana.
func (l Links) Panel(panel string, r Range) document.Cell {
	board, number, found := strings.Cut(panel, "/")
	if !found || l.Grafana == nil {
		return document.Text(panel)
	}
	u := l.Grafana.JoinPath("/d/" + board)
	u.RawQuery = url.Values{
		"viewPanel":       {number},
		"from":            {strconv.FormatInt(r.From.UnixMilli(), 10)},
		"to":              {strconv.FormatInt(r.To.UnixMilli(), 10)},
		"var-environment": {l.Environment},
	}.Encode()
	return document.Cell{Text: panel, URL: u.String()}
}

// Runbook returns a link to the runbook of an alert, or its name without an address.
func (l Links) Runbook(alert string) document.Cell {
	if l.Runbooks == "" {
		return document.Text(alert)
	}
	return document.Cell{Text: alert, URL: strings.TrimRight(l.Runbooks, "/") + "/" + url.PathEscape(alert) + ".md"}
}
