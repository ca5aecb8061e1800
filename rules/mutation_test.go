package rules_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/rules"
)

// TestStoriesNoticeEveryChangedComparison changes what an alert compares by, and for how long, one thing at a time:
// some story of the alert must fail, or that thing could be wrong without anybody knowing.
func TestStoriesNoticeEveryChangedComparison(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	for _, alert := range bundle.Alerts() {
		t.Run(alert.Alert, func(t *testing.T) {
			t.Parallel()
			trial := newTrial(t, bundle, alert.Alert)
			out, err := trial.run(t, trial.rules)
			require.NoError(t, err, "the unchanged rule: %s", out)
			for _, mutant := range mutants(t, alert) {
				_, err := trial.run(t, trial.with(mutant))
				require.Error(t, err, "no story notices:\n%s\nfor: %s", mutant.Expr, mutant.For)
			}
		})
	}
}

// TestStoriesNoticeEveryMovedThreshold moves each number by one, or by a twentieth where it is no count: so there is a
// story just below it and one just above.
func TestStoriesNoticeEveryMovedThreshold(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	thresholds, err := bundle.Thresholds()
	require.NoError(t, err)
	for _, threshold := range thresholds {
		t.Run(threshold.Series+fmt.Sprint(threshold.Labels), func(t *testing.T) {
			t.Parallel()
			var trials []trial
			for _, alert := range bundle.Alerts() {
				if neededBy(bundle, alert.Alert)[threshold.Series] {
					trials = append(trials, newTrial(t, bundle, alert.Alert))
				}
			}
			for _, value := range nudged(threshold) {
				mutant := rules.Rule{Record: threshold.Series, Expr: fmt.Sprintf("vector(%v)", value), Labels: threshold.Labels}
				noticed := slices.ContainsFunc(trials, func(trial trial) bool {
					_, err := trial.run(t, trial.with(mutant))
					return err != nil
				})
				require.True(t, noticed, "no story notices that it is %v instead of %v", value, threshold.Value)
			}
		})
	}
}

func nudged(threshold rules.Threshold) []float64 {
	step := threshold.Value / 20
	if strings.HasSuffix(threshold.Series, ":count") {
		step = 1
	}
	return []float64{threshold.Value - step, threshold.Value + step}
}

// mutants are the alert with one thing changed.
func mutants(t *testing.T, alert rules.Rule) []rules.Rule {
	t.Helper()
	var all []rules.Rule
	for _, expr := range flips(alert.Expr) {
		mutant := alert
		mutant.Expr = expr
		all = append(all, mutant)
	}
	if alert.For == "" {
		return all
	}
	wait, err := model.ParseDuration(alert.For)
	require.NoError(t, err)
	for _, other := range []time.Duration{time.Duration(wait) / 2, time.Duration(wait) * 2} {
		mutant := alert
		mutant.For = model.Duration(other).String()
		all = append(all, mutant)
	}
	return all
}

// trial is one alert by itself: the rules that it needs and no others, which is quick, and the stories about it, the short
// ones before the long ones: most mutants are noticed by a short one.
type trial struct {
	rules []rules.Rule
	steps [][]storyFile
}

func newTrial(t *testing.T, bundle rules.Bundle, alert string) trial {
	t.Helper()
	var trial trial
	needed := neededBy(bundle, alert)
	for rule := range bundle.All() {
		if rule.Alert == alert || needed[rule.Record] {
			trial.rules = append(trial.rules, unannotated(rule))
		}
	}
	// Alerts last, thresholds first: within a group rules are evaluated in their order.
	slices.SortStableFunc(trial.rules, func(a, b rules.Rule) int { return rank(a) - rank(b) })
	trial.steps = stepsOf(t, alert)
	require.NotEmpty(t, trial.steps, "no stories of %s", alert)
	return trial
}

// stepsOf are the stories about an alert: the short ones together, and then the long ones one by one.
func stepsOf(t *testing.T, alert string) [][]storyFile {
	t.Helper()
	const long = 3 * time.Hour
	var short []storyFile
	var others [][]storyFile
	for _, path := range glob(t, stories) {
		file := unworded(readStories(t, path))
		all := file.Tests
		file.Tests = nil
		for _, s := range all {
			switch about, _ := subject(s.Name); {
			case about != alert:
			case s.length(t) > long:
				alone := file
				alone.Tests = []story{s}
				others = append(others, []storyFile{alone})
			default:
				file.Tests = append(file.Tests, s)
			}
		}
		if len(file.Tests) > 0 {
			short = append(short, file)
		}
	}
	slices.SortStableFunc(others, func(a, b []storyFile) int {
		return cmp.Compare(a[0].Tests[0].length(t), b[0].Tests[0].length(t))
	})
	if len(short) == 0 {
		return others
	}
	return append([][]storyFile{short}, others...)
}

// neededBy follows the names in expressions from the alert to what they are recorded from.
func neededBy(bundle rules.Bundle, alert string) map[string]bool {
	needed := map[string]bool{}
	for before := -1; len(needed) > before; {
		before = len(needed)
		for rule := range bundle.All() {
			if rule.Alert == alert || needed[rule.Record] {
				for _, name := range metrics(rule.Expr) {
					if isRecorded(name) {
						needed[name] = true
					}
				}
			}
		}
	}
	return needed
}

func isRecorded(name string) bool { return strings.Contains(name, ":") }

func rank(r rules.Rule) int {
	switch {
	case strings.HasPrefix(r.Expr, "vector("):
		return 0
	case r.Record != "":
		return 1
	default:
		return 2
	}
}

// with returns the rules with mutant in the place of the one that it was made from.
func (r trial) with(mutant rules.Rule) []rules.Rule {
	changed := slices.Clone(r.rules)
	for i, rule := range changed {
		if rule.Alert == mutant.Alert && rule.Record == mutant.Record && maps.Equal(rule.Labels, mutant.Labels) {
			changed[i] = unannotated(mutant)
		}
	}
	return changed
}

// run tells what promtool says of the stories when the rules are these.
func (r trial) run(t *testing.T, changed []rules.Rule) (output string, err error) {
	t.Helper()
	folder := t.TempDir()
	write(t, filepath.Join(folder, "rules.yml"), map[string]any{
		"groups": []rules.Group{{Name: "trial", Rules: changed}},
	})
	for _, step := range r.steps {
		args := []string{"test", "rules"}
		for i, file := range step {
			path := filepath.Join(folder, fmt.Sprintf("stories%d.yml", i))
			write(t, path, file)
			args = append(args, path)
		}
		if output, err = tool(t, "promtool", args...); err != nil {
			return output, err
		}
	}
	return output, nil
}

func write(t *testing.T, path string, document any) {
	t.Helper()
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, text, 0o600))
}

// unannotated and unworded leave out the texts. They say what the limit is, so that they would notice a moved threshold
// where no story is near it.
func unannotated(rule rules.Rule) rules.Rule {
	rule.Annotations = nil
	return rule
}

func unworded(file storyFile) storyFile {
	file.RuleFiles, file.GroupEvalOrder = []string{"rules.yml"}, nil
	for _, s := range file.Tests {
		for _, test := range s.Alerts {
			for i := range test.Expected {
				test.Expected[i].Annotations = nil
			}
		}
	}
	return file
}
