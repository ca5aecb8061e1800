package dashboards

import (
	"fmt"
	"slices"
	"strings"
)

// firing is the alerts that fire. The Watchdog always does, to show that alerting works, so it is no news.
func firing(matchers ...string) string {
	return alerts("ALERTS", append([]string{`alertstate="firing"`, `alertname!="Watchdog"`}, matchers...)...)
}

// alerts selects also those of no environment, such as that a series is absent: they concern everybody.
func alerts(metric string, matchers ...string) string {
	all := append([]string{`environment=~"$environment|"`}, matchers...)
	return metric + "{" + strings.Join(slices.DeleteFunc(all, func(m string) bool { return m == "" }), ",") + "}"
}

// firingCount is how many of a severity fire; 0 where none does.
func firingCount(severity string) string {
	return fmt.Sprintf("count(%s) or vector(0)", firing(`severity="`+severity+`"`))
}

// component is a part of the marketplace that works or does not, as on the status page.
type component struct {
	name, title string
	// rules is the file of rules whose alerts are about it, and sources are where they get their data. Those that are
	// not there yet show as not watched, and come to life with their rules.
	rules, sources string
	// board tells more.
	board string
}

func components() []component {
	return []component{
		{name: "website", title: "Website", rules: "web", sources: "vercel|probe", board: webUID},
		{name: "api", title: "API", rules: "api", sources: "vercel|probe", board: apiUID},
		{name: "payments", title: "Payments", rules: "payments", sources: "kpi", board: businessUID},
		{name: "uploads", title: "Uploads", rules: "uploads", sources: "vercel", board: apiUID},
		{name: "email", title: "Email", rules: "email", sources: "kpi", board: businessUID},
		{name: "database", title: "Database", rules: "database", sources: "postgres", board: databaseUID},
	}
}

// state is as bad as the worst alert. Silence is good news only where somebody watches: with its rules loaded and its
// source up.
func (c component) state() string {
	worst := func(severity string) string {
		return "max(" + firing(`component="`+c.name+`"`, `severity="`+severity+`"`) + ")"
	}
	watched := fmt.Sprintf(`max(marketplace_rules_info{file="%s"}) and max(%s == 1)`,
		c.rules, in("marketplace_source_up", `source=~"`+c.sources+`"`))
	return fmt.Sprintf("3 * %s or 2 * %s or %s or 0 * (%s) or vector(-1)", worst("P0"), worst("P1"), worst("P2"), watched)
}

func componentStates() []State {
	return []State{
		{"3", "Down", "red"},
		{"2", "Partly down", "orange"},
		{"1", "Degraded", "yellow"},
		{"0", "Works", "green"},
		{"-1", "Not watched", "text"},
	}
}

func upOrDown() []State { return []State{{"1", "Up", "green"}, {"0", "Down", "red"}} }

func yesOrNo() []State { return []State{{"1", "Yes", "green"}, {"0", "No", "red"}} }
