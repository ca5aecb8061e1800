package dashboards

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// palette colors the queries of a panel that have no meaning of their own. Red is for failures and
// limits, green for success.
func palette() []string {
	return []string{"blue", "orange", "purple", "yellow", "#37c2c9", "#e377c2", "dark-blue", "dark-orange"}
}

// meaning is the color of names that match a pattern.
type meaning struct{ pattern, color string }

// legendMeanings colors queries by their legend. The shades of blue order the percentiles.
func legendMeanings() []meaning {
	return []meaning{
		{`\bP50\b`, "super-light-blue"},
		{`\bP75\b`, "light-blue"},
		{`\bP95\b`, "blue"},
		{`\bP99\b`, "dark-blue"},
		{`^(accepted|archived|committed|live|paid|succeeded|successful|verified)\b`, "green"},
		{`^(abandoned|dead|dropped|evaluations failed|failed|failing|invalid)\b`, "red"},
		{`^(notifications dropped|rejected|rolled back)\b`, "red"},
	}
}

// labelMeanings colors the series of a query by the values of a label in its legend.
func labelMeanings() map[string][]meaning {
	return map[string][]meaning{
		"severity": {{`^P0$`, "red"}, {`^P1$`, "orange"}, {`^P2$`, "yellow"}, {`^P3$`, "blue"}},
		"level": {
			{`^fatal$`, "dark-red"},
			{`^error$`, "red"},
			{`^warn(ing)?$`, "orange"},
			{`^info$`, "blue"},
			{`^(debug|trace|verbose)$`, "purple"},
		},
		"code":    {{`^2`, "green"}, {`^3`, "blue"}, {`^4`, "orange"}, {`^5`, "red"}},
		"outcome": {{` ok$`, "green"}, {` client_error$`, "orange"}, {` (server_error|failed)$`, "red"}},
		"status": {
			{`^(ACTIVE|COMPLETED|PAID|SENT|SUCCEEDED)$`, "green"},
			{`^(BANNED|FAILED|QUARANTINED)$`, "red"},
			{`^PENDING$`, "yellow"},
			{`^(PROCESSING|SCANNING)$`, "blue"},
			{`^REFUNDED$`, "purple"},
			{`^(CANCELL?ED|DELETED)$`, "text"},
		},
	}
}

// colored returns a color for all series, or with the mode shades one for each.
func colored(mode, color string) map[string]any {
	return map[string]any{"mode": mode, "fixedColor": color}
}

// queryColor returns the color of the i-th query, or nil if its series need different colors.
// Series that differ in the environment or server only are shades of one color.
func (p Panel) queryColor(i int) map[string]any {
	query := p.Queries[i]
	if query.Threshold {
		return colored("fixed", "red")
	}
	for _, m := range legendMeanings() {
		if regexp.MustCompile(m.pattern).MatchString(query.Legend) {
			if query.hasKinds() {
				return colored("shades", m.color)
			}
			return colored("fixed", m.color)
		}
	}
	color := palette()[i%len(palette())]
	switch {
	case query.hasKinds() || p.Unit == eachCurrency:
		return nil
	case strings.Contains(query.Legend, "{{"):
		return colored("shades", color)
	default:
		return colored("fixed", color)
	}
}

// hasKinds reports whether the series of a query differ in more than where they are from, such as
// the environment or the server.
func (q Query) hasKinds() bool {
	places := regexp.MustCompile(`\{\{(environment|origin|server|datname|schemaname|application_name|slot_name)\}\}`)
	return strings.Contains(places.ReplaceAllString(q.Legend, ""), "{{")
}

// labelColors colors series by the values of the labels in their names. Several series with one
// meaning, such as 502 and 504, are shades of its color.
func (p Panel) labelColors() []override {
	var overrides []override
	for _, label := range slices.Sorted(maps.Keys(labelMeanings())) {
		shown := func(q Query) bool { return strings.Contains(q.Legend, "{{"+label+"}}") }
		if !slices.ContainsFunc(p.Queries, shown) {
			continue
		}
		for _, m := range labelMeanings()[label] {
			mode := "shades"
			if strings.HasPrefix(m.pattern, "^") && strings.HasSuffix(m.pattern, "$") {
				mode = "fixed" // matches one value
			}
			overrides = append(overrides, byPattern(m.pattern, property{Id: "color", Value: colored(mode, m.color)}))
		}
	}
	return overrides
}
