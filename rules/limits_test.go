package rules_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

func TestLimitsFileIsUpToDate(t *testing.T) {
	t.Parallel()
	file, err := rules.LimitsFile()
	require.NoError(t, err)
	committed, err := os.ReadFile("limits.yml")
	require.NoError(t, err)
	require.Equal(t, file, string(committed), "hint: make generate")
}

var (
	limitMatch = regexp.MustCompile(`on \(([\w, ]*)\)\s+group_left \(\) (threshold:[\w:]+)`)
	limitQuery = regexp.MustCompile(`"(threshold:[\w:]+)(\{[^}]*\})?"`)
)

// limitOf matches where an expression joins a limit, or a product of limits.
func limitOf(series string) *regexp.Regexp {
	return regexp.MustCompile(`group_left \(\) (\([^()]*)?` + series + `\b`)
}

// The example of overrides loads without effect. Without its comment characters, each line has one.
func TestOverridesExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("overrides.example.yml")
	require.NoError(t, err)
	example := regexp.MustCompile(`(?m)^      # (- record:|  expr:|  labels:)`)
	require.Len(t, example.FindAll(text, -1), strings.Count(string(text), "record:")+strings.Count(string(text), "expr:")+strings.Count(string(text), "labels:"))
	own := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(own, "own.yml"), example.ReplaceAll(text, []byte("      $1")), 0o600))
	overrides, err := rules.Read(os.DirFS(own))
	require.NoError(t, err)
	require.Greater(t, len(overrides.Groups[0].Rules), 9)

	quiet := func(alert string) alertTest {
		return alertTest{EvalTime: "3h", AlertName: alert, Expected: []firingAlert{}}
	}
	groups := load(t).Groups
	groups = only(groups, sources(groups, []string{"OverrideUnused", "ThresholdInvalid"}, everything))
	r := trial{
		file: storyFile{
			RuleFiles: []string{"rules.yml"}, EvaluationInterval: "15m", GroupEvalOrder: append([]string{"overrides"}, evaluationOrder(groups)...),
			Tests: []story{{
				Name: "All examples", Interval: "1m",
				InputSeries: []map[string]string{{"series": `pg_up{environment="production", server="reporting"}`, "values": "1x200"}},
				Alerts:      []alertTest{quiet("OverrideUnused"), quiet("ThresholdInvalid")},
				Exprs: []exprTest{
					{Expr: `threshold:pg_disk_size:bytes{server="reporting"}`, EvalTime: "3h", Samples: []sample{{`threshold:pg_disk_size:bytes{environment="production", server="reporting"}`, 107374182400}}},
					{Expr: `threshold:http_request_p95:seconds{environment="staging"}`, EvalTime: "3h", Samples: []sample{{`threshold:http_request_p95:seconds{environment="staging"}`, 3}}},
				},
			}},
		},
		groups: append(overrides.Groups, groups...),
	}
	r.run(t, nil)
}

func TestReadIgnoresOverrides(t *testing.T) {
	t.Parallel()
	file := &fstest.MapFile{Data: []byte("groups: [{name: g, rules: [{record: a, expr: vector(1)}]}]")}
	bundle, err := rules.Read(fstest.MapFS{"own.yml": file, "overrides.yml": file, "overrides.example.yml": file})
	require.NoError(t, err)
	require.Len(t, bundle.Groups, 1)
	require.Equal(t, "own", bundle.Groups[0].File)
}

// Each target of the shipped configuration belongs to the marketplace.
func TestShippedJobsAreListed(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../deploy/prometheus/prometheus.yml")
	require.NoError(t, err)
	jobs := regexp.MustCompile(`(?m)job_name: (\w+)$`).FindAllStringSubmatch(string(config), -1)
	require.NotEmpty(t, jobs)
	for _, job := range jobs {
		require.Contains(t, tableOf(t, "default:service:job:info", "job"), job[1])
	}
}

// A route becomes a label only if the exporter's allowlist contains it. The shipped list has the
// routes of the guide; comments document the others.
func TestCriticalEndpointsAreInTheAllowlist(t *testing.T) {
	t.Parallel()
	list, err := os.ReadFile("../exporter/vercel/allow/routes.yaml")
	require.NoError(t, err)
	for _, route := range tableOf(t, "default:critical:endpoint:info", "route") {
		require.Regexp(t, `(?m)^  (# +)?- `+regexp.QuoteMeta(route)+`$`, string(list))
	}
	require.Subset(t, []string{"login", "charge", "upload", "webhook"}, tableOf(t, "default:critical:endpoint:info", "purpose"))
}

// tableOf returns the values of a label of a table.
func tableOf(t *testing.T, record, label string) []string {
	t.Helper()
	var values []string
	for rule := range load(t).All() {
		if rule.Record == record {
			values = append(values, rule.Labels[label])
		}
	}
	require.NotEmpty(t, values, record)
	return values
}

// ThresholdInvalid compares limits by these labels: with a label too few, different limits would
// look like one that is doubled.
func TestLimitsAreComparedByAllTheirLabels(t *testing.T) {
	t.Parallel()
	want := map[string]bool{}
	for rule := range load(t).All() {
		if strings.HasPrefix(rule.Record, "default:") {
			for label := range rule.Labels {
				want[label] = true
			}
		}
	}
	delete(want, "environment") // compared as a label of its own
	for rule := range load(t).All() {
		if !slices.Contains([]string{"limits:defaults:count", "limits:overrides:count", "limits:thresholds:count"}, rule.Record) {
			continue
		}
		_, list, found := strings.Cut(rule.Expr, `"entry", ","`)
		require.True(t, found, rule.Record)
		var labels []string
		for _, text := range promqlTexts(list, promqlString) {
			labels = append(labels, strings.Trim(text, `"`))
		}
		require.ElementsMatch(t, slices.Collect(maps.Keys(want)), labels, rule.Record)
	}
}

// Alerts match limits by the labels of their scope, and their descriptions show the limit of these
// labels. The limit of another environment would be shown otherwise.
func TestAlertsReadTheLimitsOfTheirScope(t *testing.T) {
	t.Parallel()
	bundle := load(t)
	thresholds, err := bundle.Thresholds()
	require.NoError(t, err)
	scopes := map[string][]string{}
	for _, threshold := range thresholds {
		scopes[threshold.Series] = threshold.Scope
	}
	for rule := range bundle.All() {
		if strings.HasPrefix(rule.Record, "threshold:") {
			continue
		}
		for _, match := range limitMatch.FindAllStringSubmatch(rule.Expr, -1) {
			for _, label := range scopes[match[2]] {
				require.Contains(t, match[1], label, "%s matches %s", name(rule), match[2])
			}
		}
		for _, match := range limitQuery.FindAllStringSubmatch(rule.Annotations["description"], -1) {
			for _, label := range scopes[match[1]] {
				require.Contains(t, match[2], label+"='%s'", "%s shows %s", name(rule), match[1])
			}
		}
		for _, metric := range metrics(rule.Expr) {
			if len(scopes[metric]) > 0 {
				require.Len(t, limitOf(metric).FindAllString(rule.Expr, -1), strings.Count(rule.Expr, metric),
					"%s reads %s without a match of labels", name(rule), metric)
			}
		}
		require.NotContains(t, rule.Expr, "preview", "%s: environment:info lists the environments that alert", name(rule))
	}
}
