package document

import (
	_ "embed" // for the page
	"html/template"
	"io"
	"slices"
	"time"

	"github.com/aimarketplace/monitoring/report/chart"
)

//go:embed page.html
var page string

// writeHTML writes a page that mail clients show as browsers do: tables and inline styles, without
// scripts, style sheets and external files.
func (d Document) writeHTML(w io.Writer) error {
	location := d.Location
	if location == nil {
		location = time.UTC
	}
	parsed, err := template.New("page").Funcs(template.FuncMap{
		// The chart escapes its texts itself.
		"svg": func(c chart.Chart) template.HTML {
			return template.HTML(c.SVG(location)) //nolint:gosec // SVG escapes names and titles
		},
		"color": Verdict.color,
	}).Parse(page)
	if err != nil {
		return err
	}
	return parsed.Execute(w, d)
}

// color is the background of a verdict. Its text contrasts with 4.5:1 or more.
func (v Verdict) color() string {
	switch v {
	case OK:
		return "#d7f0dc"
	case Attention:
		return "#ffdcd7"
	case NoData:
		return "#e8e8e8"
	}
	return ""
}

// Numeric reports whether the cell is a number, which is aligned to the right.
func (c Cell) Numeric() bool { return c.Value != nil }

// Numeric reports whether a column has numbers.
func (t Table) Numeric(column int) bool {
	return slices.ContainsFunc(t.Rows, func(row []Cell) bool { return row[column].Numeric() })
}
