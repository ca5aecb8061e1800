package rules_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/rules"
)

// storyFile is a test file of promtool. The name of a story starts with its alert: "DatabaseDown
// fires …" or "DatabaseDown does not fire …".
type storyFile struct {
	RuleFiles          []string `yaml:"rule_files"`
	EvaluationInterval string   `yaml:"evaluation_interval"`
	GroupEvalOrder     []string `yaml:"group_eval_order,omitempty"`
	FuzzyCompare       bool     `yaml:"fuzzy_compare,omitempty"`
	Tests              []story  `yaml:"tests"`
}

type story struct {
	Name        string              `yaml:"name"`
	Interval    string              `yaml:"interval,omitempty"`
	InputSeries []map[string]string `yaml:"input_series,omitempty"`
	Alerts      []alertTest         `yaml:"alert_rule_test,omitempty"`
	Exprs       []exprTest          `yaml:"promql_expr_test,omitempty"`
}

type alertTest struct {
	EvalTime  string        `yaml:"eval_time"`
	AlertName string        `yaml:"alertname"`
	Expected  []firingAlert `yaml:"exp_alerts"`
}

type exprTest struct {
	Expr     string   `yaml:"expr"`
	EvalTime string   `yaml:"eval_time"`
	Samples  []sample `yaml:"exp_samples"`
}

type sample struct {
	Labels string  `yaml:"labels"`
	Value  float64 `yaml:"value"`
}

type firingAlert struct {
	Labels      map[string]string `yaml:"exp_labels"`
	Annotations map[string]string `yaml:"exp_annotations,omitempty"`
}

// mentions reports whether a story has an override of the limit or expects an alert on it. Rules that
// check all limits need only these.
func (f storyFile) mentions(series string) bool {
	limit := limitPrefix.ReplaceAllString(series, "")
	return slices.ContainsFunc(f.Tests, func(s story) bool {
		return slices.ContainsFunc(s.InputSeries, func(input map[string]string) bool {
			name, _, _ := strings.Cut(input["series"], "{")
			return limitPrefix.ReplaceAllString(name, "") == limit
		}) || slices.ContainsFunc(s.Alerts, func(test alertTest) bool {
			return slices.ContainsFunc(test.Expected, func(alert firingAlert) bool { return alert.Labels["limit"] == limit })
		})
	})
}

var limitPrefix = regexp.MustCompile(`^(default|override|threshold):`)

// length returns the simulated time of the story.
func (s story) length(t *testing.T) time.Duration {
	t.Helper()
	var longest model.Duration
	times := []string{}
	for _, test := range s.Alerts {
		times = append(times, test.EvalTime)
	}
	for _, test := range s.Exprs {
		times = append(times, test.EvalTime)
	}
	for _, text := range times {
		at, err := model.ParseDuration(text)
		require.NoError(t, err, s.Name)
		longest = max(longest, at)
	}
	return time.Duration(longest)
}

const (
	firing = " fires "
	quiet  = " does not fire "
)

// alwaysFires contains the alerts without a story in which they do not fire.
var alwaysFires = map[string]bool{"Watchdog": true}

func TestEveryAlertHasFiringAndQuietStories(t *testing.T) {
	t.Parallel()
	fires, silent := map[string]int{}, map[string]int{}
	for _, s := range allStories(t) {
		alert, verb := subject(s.Name)
		switch verb {
		case firing:
			require.True(t, expectsAlerts(s), "%q expects no alert", s.Name)
			fires[alert]++
		case quiet:
			require.False(t, expectsAlerts(s), "%q expects an alert", s.Name)
			silent[alert]++
		}
	}
	for _, alert := range load(t).Alerts() {
		require.Positive(t, fires[alert.Alert], "%s has no story in which it fires", alert.Alert)
		if !alwaysFires[alert.Alert] {
			require.Positive(t, silent[alert.Alert], "%s has no story in which it does not fire", alert.Alert)
		}
	}
}

// promtool accepts stories of unknown alerts if they expect no alert.
func TestStoriesNameExistingAlerts(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, alert := range load(t).Alerts() {
		known[alert.Alert] = true
	}
	for _, s := range allStories(t) {
		alert, verb := subject(s.Name)
		require.True(t, verb == "" || known[alert], "%q does not start with the name of an alert", s.Name)
		for _, test := range s.Alerts {
			require.True(t, known[test.AlertName], "%q tests %s", s.Name, test.AlertName)
			require.True(t, verb == "" || test.AlertName == alert, "%q tests %s", s.Name, test.AlertName)
			for _, expected := range test.Expected {
				require.Len(t, expected.Annotations, len(annotations), "%q does not expect all annotations", s.Name)
				require.LessOrEqual(t, len(strings.Fields(expected.Annotations["summary"])), 8, "the summary in %q is too long", s.Name)
			}
		}
	}
}

func expectsAlerts(s story) bool {
	for _, test := range s.Alerts {
		if len(test.Expected) > 0 {
			return true
		}
	}
	return false
}

// subject returns the alert of a story and whether it fires; both are empty for stories without an
// alert.
func subject(name string) (alert, verb string) {
	for _, verb := range []string{firing, quiet} {
		if alert, _, found := strings.Cut(name+" ", verb); found && !strings.Contains(alert, " ") {
			return alert, verb
		}
	}
	return "", ""
}

func allStories(t *testing.T) []story {
	t.Helper()
	var all []story
	for _, file := range glob(t, stories) {
		all = append(all, readStories(t, file).Tests...)
	}
	return all
}

func readStories(t *testing.T, path string) storyFile {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	decoder := yaml.NewDecoder(file)
	decoder.KnownFields(true)
	var document storyFile
	require.NoError(t, decoder.Decode(&document), path)
	return document
}

func load(t *testing.T) rules.Bundle {
	t.Helper()
	bundle, err := rules.Load()
	require.NoError(t, err)
	return bundle
}
