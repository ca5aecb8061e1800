package rules_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/rules"
)

// trial is one run of promtool: stories of one file about one subject, with the rules that they
// need and no others, which is several times as fast. Mutants run alongside the rules under their
// own names. The stories expect the same of a mutant as of the original.
type trial struct {
	name     string
	file     storyFile
	groups   []rules.Group
	subjects []string // the alerts and series that the stories test
}

// newTrial keeps the order in which the story file evaluates groups.
func newTrial(bundle rules.Bundle, name string, file storyFile) trial {
	var groups []rules.Group
	for _, path := range file.RuleFiles {
		loaded := strings.TrimSuffix(filepath.Base(path), ".yml")
		for _, group := range bundle.Groups {
			if group.File == loaded {
				groups = append(groups, group)
			}
		}
	}
	var names []string
	for _, s := range file.Tests {
		for _, test := range s.Alerts {
			names = append(names, test.AlertName)
		}
		for _, test := range s.Exprs {
			names = append(names, metrics(test.Expr)...)
		}
	}
	groups = only(groups, sources(groups, names, file.mentions))
	file.RuleFiles = []string{"rules.yml"}
	file.GroupEvalOrder = slices.DeleteFunc(slices.Clone(file.GroupEvalOrder), func(name string) bool {
		return !slices.ContainsFunc(groups, func(group rules.Group) bool { return group.Name == name })
	})
	return trial{name: name, file: file, groups: groups, subjects: names}
}

// cost orders trials by the simulated time of their longest story. Stories that compare values come
// first: they kill more mutants of recording rules than stories of alerts.
func (r trial) cost(t *testing.T) time.Duration {
	t.Helper()
	var longest time.Duration
	for _, s := range r.file.Tests {
		longest = max(longest, s.length(t))
	}
	if len(r.file.Tests[0].Exprs) > 0 {
		longest /= 100000
	}
	return longest
}

// concerns reports whether the trial tests a rule that is computed from the one that the mutant
// changes.
func (r trial) concerns(m *mutant) bool {
	for _, group := range r.groups {
		if slices.ContainsFunc(group.Rules, func(rule rules.Rule) bool { return sameRule(rule, m.original) }) {
			affected := dependents(r.groups, name(m.original))
			return slices.ContainsFunc(r.subjects, func(subject string) bool { return affected[subject] })
		}
	}
	return false
}

// run fails the test if a story fails, and returns the mutants for which one does.
func (r trial) run(t *testing.T, mutants []*mutant) (killed []*mutant) {
	t.Helper()
	for {
		output, err := r.promtool(t, mutants)
		if err == nil {
			return killed
		}
		found, invalid := r.failures(t, output, mutants)
		killed = append(killed, found...)
		if !invalid {
			return killed
		}
		// A rule that fails to evaluate ends its story before the other mutants are compared.
		mutants = slices.DeleteFunc(slices.Clone(mutants), func(m *mutant) bool { return slices.Contains(found, m) })
	}
}

var (
	failure = regexp.MustCompile(`(?m)^\s+(?:alertname|expr|rule): (.*)$`)
	suffix  = regexp.MustCompile(`__m(\d+)\b`)
)

// failures reads promtool's output: each failure names its alert, expression or rule.
func (r trial) failures(t *testing.T, output string, mutants []*mutant) (killed []*mutant, invalid bool) {
	t.Helper()
	found := map[*mutant]bool{}
	subjects := failure.FindAllStringSubmatch(output, -1)
	require.NotEmpty(t, subjects, output)
	for _, subject := range subjects {
		number := suffix.FindStringSubmatch(subject[1])
		require.NotNil(t, number, output)
		i, err := strconv.Atoi(number[1])
		require.NoError(t, err)
		found[mutants[i]] = true
		invalid = invalid || strings.HasPrefix(strings.TrimSpace(subject[0]), "rule:")
	}
	return slices.Collect(maps.Keys(found)), invalid
}

func (r trial) promtool(t *testing.T, mutants []*mutant) (output string, err error) {
	t.Helper()
	affected := make([]map[string]bool, len(mutants))
	for i, m := range mutants {
		affected[i] = dependents(r.groups, name(m.original))
	}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "rules.yml"), map[string]any{"groups": withMutants(r.groups, mutants, affected)})
	file := r.file
	file.Tests = nil
	for _, s := range r.file.Tests {
		file.Tests = append(file.Tests, ofMutants(s, affected))
	}
	stories := filepath.Join(folder, "stories.yml")
	write(t, stories, file)
	return tool(t, "promtool", "test", "rules", stories)
}

// withMutants adds copies of all rules that a mutant affects, after the originals.
func withMutants(groups []rules.Group, mutants []*mutant, affected []map[string]bool) []rules.Group {
	var all []rules.Group
	for _, group := range groups {
		originals := group.Rules
		group.Rules = nil
		for _, rule := range originals {
			group.Rules = append(group.Rules, rule)
			for i, m := range mutants {
				if !affected[i][name(rule)] {
					continue
				}
				clone := rule
				if sameRule(rule, m.original) {
					clone.Expr, clone.For, clone.KeepFiringFor = m.changed.Expr, m.changed.For, m.changed.KeepFiringFor
				}
				group.Rules = append(group.Rules, copied(clone, i, affected[i]))
			}
		}
		all = append(all, group)
	}
	return all
}

// copied renames the rule and the series that it reads. It drops the annotations: they contain the
// limit, so they would detect a changed threshold even if no story tests values near it.
func copied(rule rules.Rule, i int, affected map[string]bool) rules.Rule {
	if rule.Record != "" {
		rule.Record = renamed(rule.Record, i)
	} else {
		rule.Alert = renamed(rule.Alert, i)
	}
	rule.Expr = renamedIn(rule.Expr, i, affected)
	rule.Annotations = nil
	return rule
}

func renamed(name string, i int) string { return fmt.Sprintf("%s__m%d", name, i) }

func renamedIn(expr string, i int, affected map[string]bool) string {
	return promqlReplace(expr, promqlMetric, func(metric string) string {
		if affected[metric] {
			return renamed(metric, i)
		}
		return metric
	})
}

// ofMutants adds the expectations for mutants to a story: the same as for the originals.
func ofMutants(s story, affected []map[string]bool) story {
	alerts, exprs := s.Alerts, s.Exprs
	s.Alerts, s.Exprs = slices.Clone(alerts), slices.Clone(exprs)
	for i := range affected {
		for _, test := range alerts {
			if affected[i][test.AlertName] {
				s.Alerts = append(s.Alerts, alertTest{EvalTime: test.EvalTime, AlertName: renamed(test.AlertName, i), Expected: withoutAnnotations(test.Expected)})
			}
		}
		for _, test := range exprs {
			expr := renamedIn(test.Expr, i, affected[i])
			if expr == test.Expr {
				continue
			}
			test.Expr = expr
			test.Samples = slices.Clone(test.Samples)
			for j := range test.Samples {
				test.Samples[j].Labels = renamedIn(test.Samples[j].Labels, i, affected[i])
			}
			s.Exprs = append(s.Exprs, test)
		}
	}
	return s
}

func withoutAnnotations(alerts []firingAlert) []firingAlert {
	alerts = slices.Clone(alerts)
	for i := range alerts {
		alerts[i].Annotations = nil
	}
	return alerts
}

func write(t *testing.T, path string, document any) {
	t.Helper()
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
}
