package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	defaultPrefix   = "default:"
	overridePrefix  = "override:"
	thresholdPrefix = "threshold:"
	infoSuffix      = ":info"
)

const limitsHead = `# The limits in effect: threshold:<signal>:<unit> is an override, or else the default of thresholds.yml.
# Written by rules/generate; run make generate.
#
# The most specific override applies: one with the labels environment and server, then one with either,
# then one without both. A limit exists for each known environment and server, and once without these
# labels, for signals without them. max() keeps duplicates from failing; ThresholdInvalid reports them.
#
# pint file/disable rule/dependency
groups:
  - name: limits
    rules:
      - record: marketplace_rules_info
        expr: vector(1)
        labels: { file: limits, version: %s }

      # Databases that exporters collect from, also while one is down.
      - record: server:info
        expr: group by (environment, server) (last_over_time(pg_up[1h]) or last_over_time(marketplace_source_up[1h]))
`

// scope returns the labels other than its own by which an override of a limit may differ.
func scope(group, name string) []string {
	switch {
	case strings.HasPrefix(name, "marketplace_vercel_"), strings.HasPrefix(name, "marketplace_inbound_"):
		return nil // signals about the exporter's listener, not about an environment of the application
	case name == "pg_disk_forecast:seconds":
		return nil // predict_linear takes a scalar, which is one value for all servers
	}
	switch group {
	case "defaults-database", "defaults-payments", "defaults-business", "defaults-email", "defaults-errors":
		return []string{"environment", "server"}
	case "defaults-http", "defaults-vercel":
		return []string{"environment"}
	default:
		return nil
	}
}

// isTable reports whether users add and remove entries of a limit. The labels of an entry identify
// it.
func isTable(rule Rule) bool {
	return strings.HasSuffix(rule.Record, infoSuffix) || rule.Labels["route"] != ""
}

// LimitsFile returns limits.yml, which records the limits in effect. It reads thresholds.yml only, so
// that an invalid limits.yml can be replaced.
func LimitsFile() (string, error) {
	groups, err := readFile(Files, "thresholds.yml")
	if err != nil {
		return "", fmt.Errorf("reading thresholds.yml: %w; hint: run promtool check rules", err)
	}
	var file strings.Builder
	tables := map[string]bool{}
	for _, group := range groups {
		for _, rule := range group.Rules {
			if rule.Record == infoSeries {
				fmt.Fprintf(&file, limitsHead, rule.Labels["version"])
			}
			name, found := strings.CutPrefix(rule.Record, defaultPrefix)
			switch {
			case !found || tables[name]:
			case isTable(rule):
				tables[name] = true
				writeRule(&file, effective(name), tableExpr(name, sortedKeys(rule.Labels)), nil)
			default:
				writeRule(&file, effective(name), limitExpr(name, rule.Labels, scope(group.Name, name)), rule.Labels)
			}
		}
	}
	return file.String(), nil
}

// effective returns the series that alerts and dashboards read.
func effective(name string) string {
	if strings.HasSuffix(name, infoSuffix) {
		return name
	}
	return thresholdPrefix + name
}

func writeRule(file *strings.Builder, record, expr string, labels map[string]string) {
	fmt.Fprintf(file, "\n      - record: %s\n        expr: |\n", record)
	for line := range strings.Lines(expr) {
		file.WriteString("          " + line)
	}
	if len(labels) > 0 {
		var pairs []string
		for _, key := range sortedKeys(labels) {
			pairs = append(pairs, key+": "+labels[key])
		}
		fmt.Fprintf(file, "        labels: { %s }\n", strings.Join(pairs, ", "))
	}
}

// tableExpr returns the entries of the defaults and of the overrides, without those whose override
// is 0.
func tableExpr(name string, labels []string) string {
	by := strings.Join(labels, ", ")
	expr := fmt.Sprintf(`(
    max by (%[1]s) (%[2]s)
  or on (%[1]s)
    max by (%[1]s) (%[3]s)
) > 0
`, by, overridePrefix+name, defaultPrefix+name)
	if strings.HasSuffix(name, infoSuffix) { // so that products with the table have the other value
		return fmt.Sprintf("group by (%s) (%s)\n", by, strings.TrimSuffix(expr, "\n"))
	}
	return expr
}

// limitExpr returns the limit for each environment and server of its scope.
func limitExpr(name string, labels map[string]string, scope []string) string {
	override := func(matchers ...string) string { return selector(overridePrefix+name, labels, matchers...) }
	const (
		general     = `environment="", server=""`
		environment = `environment!="", server=""`
		server      = `environment="", server!=""`
		exact       = `environment!="", server!=""`
	)
	otherwise := fmt.Sprintf("max(%s) or on () max(%s)",
		override(general), selector(defaultPrefix+name, labels, general))
	switch len(scope) {
	case 0:
		return otherwise + "\n"
	case 1:
		return fmt.Sprintf(`environment:info * on (environment) max by (environment) (%s)
  or on (environment)
(environment:info or vector(1)) * on () group_left () (%s)
`, override(environment), otherwise)
	default:
		return fmt.Sprintf(`server:info * on (environment, server) max by (environment, server) (%s)
  or on (environment, server)
server:info * on (server) group_left () max by (server) (%s)
  or on (environment, server)
server:info * on (environment) group_left () max by (environment) (%s)
  or on (environment, server)
(server:info or vector(1)) * on () group_left () (%s)
`, override(exact), override(server), override(environment), otherwise)
	}
}

// selector returns a series with the labels and the matchers, which are PromQL.
func selector(series string, labels map[string]string, matchers ...string) string {
	var all []string
	for _, key := range sortedKeys(labels) {
		all = append(all, fmt.Sprintf("%s=%q", key, labels[key]))
	}
	return series + "{" + strings.Join(append(all, matchers...), ", ") + "}"
}

func sortedKeys(labels map[string]string) []string { return slices.Sorted(maps.Keys(labels)) }
