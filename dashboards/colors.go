package dashboards

import (
	"regexp"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// palette colors the queries of a panel that have no meaning of their own. Red is for failures and limits, green for
// success.
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
		{`^(abandoned|dead|dropped|evaluations failed|failed|failing|invalid|notifications dropped|rejected|rolled back)\b`, "red"},
	}
}

// labelMeanings colors the series of a query by the values of a label in its legend.
func labelMeanings() map[string][]meaning {
	return map[string][]meaning{
		"severity": {{`^P0$`, "red"}, {`^P1$`, "orange"}, {`^P2$`, "yellow"}, {`^P3$`, "blue"}},
		"level":    {{`^fatal$`, "dark-red"}, {`^error$`, "red"}, {`^warn(ing)?$`, "orange"}, {`^info$`, "blue"}, {`^(debug|trace|verbose)$`, "purple"}},
		"code":     {{`^2`, "green"}, {`^3`, "blue"}, {`^4`, "orange"}, {`^5`, "red"}},
		"outcome":  {{` ok$`, "green"}, {` client_error$`, "orange"}, {` (server_error|failed)$`, "red"}},
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

// queryColor returns the color of the i-th query, or nil if its series need different colors. Series that differ in
// the environment or server only are shades of one color.
func (p Panel) queryColor(i int) map[string]any {
	query := p.Queries[i]
	if query.Threshold {
		return map[string]any{"mode": "fixed", "fixedColor": "red"}
	}
	for _, m := range legendMeanings() {
		if regexp.MustCompile(m.pattern).MatchString(query.Legend) {
			mode := "fixed"
			if query.maxSeries() > 1 {
				mode = "shades"
			}
			return map[string]any{"mode": mode, "fixedColor": m.color}
		}
	}
	if query.maxSeries() > 1 || p.Currency {
		return nil
	}
	mode := "fixed"
	if strings.Contains(query.Legend, "{{") {
		mode = "shades"
	}
	return map[string]any{"mode": mode, "fixedColor": palette()[i%len(palette())]}
}

// meaningOverrides colors series by the values of the labels in their names. Several series with one meaning, such as
// 502 and 504, are shades of its color.
func (p Panel) meaningOverrides() []dashboard.DashboardFieldConfigSourceOverrides {
	var overrides []dashboard.DashboardFieldConfigSourceOverrides
	added := map[string]bool{}
	for _, query := range p.Queries {
		for _, label := range query.legendLabels() {
			for _, m := range labelMeanings()[label] {
				if added[m.pattern] {
					continue
				}
				added[m.pattern] = true
				mode := "shades"
				if strings.HasPrefix(m.pattern, "^") && strings.HasSuffix(m.pattern, "$") {
					mode = "fixed" // matches one value
				}
				overrides = append(overrides, dashboard.DashboardFieldConfigSourceOverrides{
					Matcher: dashboard.MatcherConfig{Id: "byRegexp", Options: "/" + m.pattern + "/"},
					Properties: []dashboard.DynamicConfigValue{
						{Id: "color", Value: map[string]any{"mode": mode, "fixedColor": m.color}},
					},
				})
			}
		}
	}
	return overrides
}
