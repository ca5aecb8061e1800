package main

import "fmt"

// limit is something that the exporter is held to.
type limit struct {
	holds bool
	text  string
}

func (l limit) String() string {
	if l.holds {
		return "PASS  " + l.text
	}
	return "FAIL  " + l.text
}

func (r *report) limits() []limit {
	all := []limit{r.dear(), r.spills(), r.crowds()}
	for _, two := range r.pair.two {
		all = append(all, r.doubles(two))
	}
	return all
}

// dear compares within one run, because times of two runs or two machines say nothing of one another.
func (r *report) dear() limit {
	const most = 2
	ours, bare := r.ours.database.statements.milliseconds, r.bare.database.statements.milliseconds
	return limit{ours <= most*bare, fmt.Sprintf(
		"statements cost the database %.1f ms a scrape, %.2f times a bare select (%.1f ms); at most %d times",
		ours, ours/bare, bare, most)}
}

func (r *report) spills() limit {
	return limit{r.oursInAll.spilled == 0, fmt.Sprintf("%.0f temporary blocks in %.0f calls; none", r.oursInAll.spilled, r.oursInAll.calls)}
}

func (r *report) crowds() limit {
	const most = 2
	connections := max(r.crowd.connections, r.ours.connections)
	return limit{connections <= most, fmt.Sprintf("%d connections at once, with %d scrapers and %d scrapes; at most %d",
		connections, crowdSize, r.crowd.scrapes, most)}
}

// doubles allows for one collection more, since two clocks start and end a run at different times. It goes by calls:
// times differ from run to run.
func (r *report) doubles(two bill) limit {
	one := r.pair.one
	single := one.calls / float64(r.pair.scrapes)
	return limit{two.calls <= one.calls+single, fmt.Sprintf(
		"two scrapers cost %.0f calls (%.0f ms), one %.0f (%.0f ms), in %d intervals; at most %.0f more",
		two.calls, two.milliseconds, one.calls, one.milliseconds, r.pair.scrapes, single)}
}
