// Package document is the model of a report, which it writes as Markdown, HTML or JSON.
package document

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/aimarketplace/monitoring/report/chart"
)

// Document is a report.
type Document struct {
	Title    string    `json:"title"`
	Facts    []Fact    `json:"facts,omitempty"`
	Sections []Section `json:"sections"`

	// Location is the time zone of charts.
	Location *time.Location `json:"-"`
}

// Fact is a name with a value.
type Fact struct {
	Name  string `json:"name"`
	Value Cell   `json:"value"`
}

// Section is a part of a report with a heading. Its parts appear in the order of the fields.
type Section struct {
	Title  string        `json:"title"`
	Text   []string      `json:"text,omitempty"` // paragraphs
	Tables []Table       `json:"tables,omitempty"`
	Charts []chart.Chart `json:"charts,omitempty"`
	Tasks  []string      `json:"tasks,omitempty"` // to tick off
	// Notes report what could not be read.
	Notes []string `json:"notes,omitempty"`
}

// Table is a table. Its rows have a cell for each column.
type Table struct {
	Title   string   `json:"title,omitempty"`
	Columns []string `json:"columns"`
	Rows    [][]Cell `json:"rows"`
}

// Cell is text, with the number that it shows, a link or a verdict.
type Cell struct {
	Text    string   `json:"text"`
	Value   *float64 `json:"value,omitempty"`
	URL     string   `json:"url,omitempty"`
	Verdict Verdict  `json:"verdict,omitempty"`
	Code    bool     `json:"-"` // SQL or YAML
}

// Verdict is the result of comparing a value with its target.
type Verdict string

// The verdicts. A value without a target has none.
const (
	OK        Verdict = "ok"
	Attention Verdict = "attention"
	NoData    Verdict = "no data"
)

// Worst returns the verdict of several: attention, or else ok, or else no data, or else none.
func Worst(verdicts ...Verdict) Verdict {
	worst := Verdict("")
	rank := map[Verdict]int{"": 0, NoData: 1, OK: 2, Attention: 3}
	for _, v := range verdicts {
		if rank[v] > rank[worst] {
			worst = v
		}
	}
	return worst
}

// Text returns a cell with text only.
func Text(text string) Cell { return Cell{Text: text} }

// VerdictCell returns a cell with a verdict.
func VerdictCell(v Verdict) Cell { return Cell{Text: string(v), Verdict: v} }

// Time formats a time in UTC, and in another time zone unless that is UTC.
func Time(t time.Time, location *time.Location) string {
	text := t.UTC().Format("2006-01-02 15:04 MST")
	if local := t.In(location); location != time.UTC && location.String() != "UTC" {
		text += local.Format(" (Jan 2 15:04 MST)")
	}
	return text
}

// Duration formats a duration in its two largest units.
func Duration(d time.Duration) string {
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0 && hours == 0:
		return fmt.Sprintf("%d d", days)
	case days > 0:
		return fmt.Sprintf("%d d %d h", days, hours)
	case hours > 0 && minutes == 0:
		return fmt.Sprintf("%d h", hours)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	}
	return fmt.Sprintf("%d min", minutes)
}

// Format is a format of a document.
type Format string

// The formats.
const (
	Markdown Format = "markdown"
	HTML     Format = "html"
	JSON     Format = "json"
)

// Write writes the document.
func (d Document) Write(w io.Writer, format Format) error {
	switch format {
	case HTML:
		return d.writeHTML(w)
	case JSON:
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		encoder.SetEscapeHTML(false)
		return encoder.Encode(d)
	default:
		_, err := io.WriteString(w, d.markdown())
		return err
	}
}
