package statuspage

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// view is the data of the page's template, in one language.
type view struct {
	T                  *texts
	Name, Title, Style string
	Status             Status
	Notice             string // why the status is unknown
	Data               *stamp // nil before the first
	Components         []componentView
	Current, Past      []*incidentView
	Windows            []windowView
	All                bool // the history, which has only incidents
	Incident           *incidentView
}

type componentView struct {
	Name    string
	Status  Status
	Figures []figure
	Summary string // of the bars
	Bars    []bar
	Days    []bar // with problems, the latest first
}

// figure is a percentage with its label.
type figure struct{ Label, Value string }

// bar is a day. Its position has the unit of the view box.
type bar struct {
	X            int
	Status       Status
	Date, Uptime string
}

type incidentView struct {
	Incident
	Title, Affected string
	Updates         []updateView // the latest first
}

type updateView struct {
	Update
	At   stamp
	Text string // Update.Body is Markdown, this is plain
}

type windowView struct {
	Name, Affected string
	Active         bool
	Start, End     stamp
}

// stamp is a time in UTC and in the time zone of the site, which is empty for UTC.
type stamp struct{ ISO, UTC, Local string }

func (s site) stamp(t time.Time) stamp {
	text := stamp{ISO: t.UTC().Format(time.RFC3339), UTC: t.UTC().Format("2006-01-02 15:04") + " UTC"}
	local := t.In(s.location)
	switch {
	case s.location == time.UTC:
	case local.YearDay() == t.UTC().YearDay():
		text.Local = local.Format("15:04 MST")
	default:
		text.Local = local.Format("2006-01-02 15:04 MST")
	}
	return text
}

// view returns what all pages show.
func (e *edition) view(t *texts) *view {
	v := &view{
		T: t, Name: e.name, Title: fmt.Sprintf(t.Title, e.name), Style: e.template.styleURL, Status: e.Status(),
	}
	if !e.Time.IsZero() {
		at := e.stamp(e.Time)
		v.Data = &at
	}
	switch age := e.Published.Sub(e.Time); {
	case !e.stale():
	case e.Time.IsZero():
		v.Notice = t.Never
	case age < 2*time.Hour:
		v.Notice = fmt.Sprintf(t.Stale, fmt.Sprintf(t.Minutes, int(age.Minutes())))
	default:
		v.Notice = fmt.Sprintf(t.Stale, fmt.Sprintf(t.Hours, int(age.Hours())))
	}
	return v
}

// incidentViews splits incidents into current ones and those that ended since a time.
func (e *edition) incidentViews(t *texts, since time.Time) (current, past []*incidentView) {
	for _, i := range e.Incidents {
		switch {
		case i.End.IsZero():
			current = append(current, e.incidentView(t, i))
		case i.End.After(since):
			past = append(past, e.incidentView(t, i))
		}
	}
	return current, past
}

func (e *edition) incidentView(t *texts, i Incident) *incidentView {
	v := &incidentView{Incident: i, Title: t.titleOf(i)}
	if i.Title != "" { // otherwise the title names the component
		v.Affected = fmt.Sprintf(t.Affected, t.namesOf(i.Components))
	}
	for _, u := range slices.Backward(i.Updates) {
		v.Updates = append(v.Updates, updateView{Update: u, At: e.stamp(u.Time), Text: t.textOf(i, u)})
	}
	return v
}

// namesOf returns the names of components in the order of the page.
func (t *texts) namesOf(components []string) string {
	var names []string
	for _, name := range componentNames() {
		if slices.Contains(components, name) {
			names = append(names, t.Component[name])
		}
	}
	return strings.Join(names, ", ")
}

func (t *texts) titleOf(i Incident) string {
	if i.Title != "" {
		return i.Title
	}
	return fmt.Sprintf(t.Incident[i.Impact], t.namesOf(i.Components))
}

// textOf returns the text of an update: its Markdown, or that of incidents from alerts.
func (t *texts) textOf(i Incident, u Update) string {
	if i.Title != "" {
		return u.Body
	}
	return t.Update[u.Status]
}

func (e *edition) windowViews(t *texts) []windowView {
	var views []windowView
	for _, w := range e.Windows {
		views = append(views, windowView{
			Name: w.Name, Affected: fmt.Sprintf(t.Affected, t.namesOf(w.Components)),
			Active: w.active(e.Published), Start: e.stamp(w.Start), End: e.stamp(w.End),
		})
	}
	return views
}

func (t *texts) componentView(c Component) componentView {
	const barWidth = 4
	v := componentView{Name: t.Component[c.Name], Status: c.Status}
	for _, window := range []string{"1d", "30d", "90d"} {
		value := t.NoData
		if ratio, ok := c.Uptime[window]; ok {
			value = percent(ratio)
		}
		v.Figures = append(v.Figures, figure{t.Window[window], value})
	}
	well, unknown := 0, 0
	for n, d := range c.Days {
		b := bar{X: n * barWidth, Status: d.Status, Date: d.Date.Format(time.DateOnly), Uptime: t.NoData}
		if !math.IsNaN(d.Uptime) {
			b.Uptime = percent(d.Uptime)
		}
		v.Bars = append(v.Bars, b)
		switch d.Status {
		case Operational:
			well++
		case Unknown:
			unknown++
		default:
			v.Days = append(v.Days, b)
		}
	}
	slices.Reverse(v.Days)
	v.Summary = fmt.Sprintf(t.Bars, v.Name, well, len(v.Days), unknown)
	return v
}

// percent formats a ratio with two decimals, rounded down: 99.999 % is not 100 %.
func percent(ratio float64) string {
	const rounding = 1e-9
	if ratio > 1-rounding {
		return "100 %"
	}
	return strconv.FormatFloat(math.Floor((ratio+rounding)*10_000)/100, 'f', 2, 64) + " %"
}
