package rules_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aimarketplace/monitoring/rules"
)

func metrics(expr string) []string { return promqlTexts(expr, promqlMetric) }

// namePattern is a matcher that selects series by a pattern of their names.
var namePattern = regexp.MustCompile(`__name__=~"([^"]+)"`)

// selected returns the names of the recorded series that the expression selects by patterns.
func selected(groups []rules.Group, expr string) []string {
	var names []string
	for _, match := range namePattern.FindAllStringSubmatch(expr, -1) {
		pattern := regexp.MustCompile("^(?:" + match[1] + ")$")
		for _, group := range groups {
			for _, rule := range group.Rules {
				if pattern.MatchString(rule.Record) {
					names = append(names, rule.Record)
				}
			}
		}
	}
	return names
}

func isRecorded(name string) bool { return strings.Contains(name, ":") }

// name returns the name of the series or the alert.
func name(rule rules.Rule) string { return rule.Record + rule.Alert }

// sources returns the names and the names of all recorded series that they are computed from. Of
// those that an expression selects by a pattern, it returns the ones that keep accepts.
func sources(groups []rules.Group, names []string, keep func(name string) bool) map[string]bool {
	needed := map[string]bool{}
	for _, name := range names {
		needed[name] = true
	}
	for before := -1; len(needed) > before; {
		before = len(needed)
		for _, group := range groups {
			for _, rule := range group.Rules {
				if !needed[name(rule)] {
					continue
				}
				for _, metric := range append(metrics(rule.Expr), filter(selected(groups, rule.Expr), keep)...) {
					if isRecorded(metric) {
						needed[metric] = true
					}
				}
			}
		}
	}
	return needed
}

func filter(names []string, keep func(name string) bool) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !keep(name) })
}

func everything(string) bool { return true }

// dependents returns the name and the names of all rules that are computed from it, without those
// that select it by a pattern.
func dependents(groups []rules.Group, changed string) map[string]bool {
	found := map[string]bool{changed: true}
	for before := -1; len(found) > before; {
		before = len(found)
		for _, group := range groups {
			for _, rule := range group.Rules {
				if slices.ContainsFunc(metrics(rule.Expr), func(metric string) bool { return found[metric] }) {
					found[name(rule)] = true
				}
			}
		}
	}
	return found
}

// only returns the groups without the rules that are not needed.
func only(groups []rules.Group, needed map[string]bool) []rules.Group {
	var kept []rules.Group
	for _, group := range groups {
		all := group.Rules
		group.Rules = nil
		for _, rule := range all {
			if needed[name(rule)] {
				group.Rules = append(group.Rules, rule)
			}
		}
		if len(group.Rules) > 0 {
			kept = append(kept, group)
		}
	}
	return kept
}

func sameRule(a, b rules.Rule) bool { return name(a) == name(b) && maps.Equal(a.Labels, b.Labels) }
