package alertmanager_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/aimarketplace/monitoring/alertmanager"
)

// inhibition is an entry of inhibit_rules.
type inhibition struct {
	Name    string
	Sources []string `yaml:"source_matchers"`
	Targets []string `yaml:"target_matchers"`
	Equal   []string
}

func inhibitions(t *testing.T, file string) []inhibition {
	t.Helper()
	var config struct {
		Rules []inhibition `yaml:"inhibit_rules"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(shippedText(t, file)), &config))
	require.NotEmpty(t, config.Rules)
	return config.Rules
}

// names returns the alert names that matchers select.
func names(t *testing.T, matchers []string) []string {
	t.Helper()
	names := regexp.MustCompile(`^alertname=~?"([A-Za-z0-9|]+)"$`).FindStringSubmatch(matchers[0])
	require.Len(t, names, 2, "%q does not select alerts by name", matchers[0])
	return strings.Split(names[1], "|")
}

func TestEveryInhibitionIsAListedPair(t *testing.T) {
	var want, got []string
	for _, p := range pairs() {
		require.NotEmpty(t, p.reason)
		require.Contains(t, p.equal, "environment", "%s > %s", p.source, p.target)
		want = append(want, fmt.Sprintf("%s > %s, equal %v", p.source, p.target, p.equal))
	}
	for _, rule := range inhibitions(t, alertmanager.ConfigFile)[1:] { // the first is that of maintenance
		for _, source := range names(t, rule.Sources) {
			for _, target := range names(t, rule.Targets) {
				got = append(got, fmt.Sprintf("%s > %s, equal %v", source, target, rule.Equal))
			}
		}
	}
	require.ElementsMatch(t, want, got)
	require.Equal(t, inhibitions(t, alertmanager.ConfigFile), inhibitions(t, alertmanager.SlackOnlyFile))
}

// catalog holds the alerts of the rules by name.
type catalog map[string]rule

func loadCatalog(t *testing.T) catalog {
	t.Helper()
	all := catalog{}
	for _, r := range loadRules(t) {
		all[r.Alert] = r
	}
	return all
}

// parse returns an alert from its name and labels, such as "SourceFailing source=kpi".
func (c catalog) parse(t *testing.T, text string) postedAlert {
	t.Helper()
	fields := strings.Fields(text)
	require.Contains(t, c, fields[0], "no rule has this name")
	a := alert(fields[0], c[fields[0]].Labels["severity"], c[fields[0]].Labels["component"])
	for _, label := range fields[1:] {
		name, value, found := strings.Cut(label, "=")
		require.True(t, found, text)
		a.Labels[name] = value
	}
	return a
}

func TestSourcesOfPairsAreAtLeastAsSevereAndDoNotInhibitP0(t *testing.T) {
	alerts := loadCatalog(t)
	for _, p := range pairs() {
		source, target := alerts.parse(t, p.source).Labels["severity"], alerts.parse(t, p.target).Labels["severity"]
		require.NotEqual(t, "P0", target, "%s inhibits a P0", p.source)
		require.LessOrEqual(t, source, target, "%s > %s", p.source, p.target)
	}
}

// The stories of the rules show the labels that alerts have. Each pair needs a label set of both that
// can be equal: a label that only one of them has never is.
func TestAlertsOfAPairHaveTheEqualLabels(t *testing.T) {
	sets := storyLabels(t)
	for _, p := range pairs() {
		agree := slices.ContainsFunc(sets[p.source], func(source map[string]string) bool {
			return slices.ContainsFunc(sets[p.target], func(target map[string]string) bool {
				return !slices.ContainsFunc(p.equal, func(label string) bool {
					// Targets have these two labels only in some stories.
					return label != "environment" && label != "server" && (source[label] == "") != (target[label] == "")
				})
			})
		})
		require.True(t, agree, "%s > %s: labels %v and %v, equal %v", p.source, p.target, sets[p.source], sets[p.target], p.equal)
	}
}

// storyLabels returns the label sets with which each alert fires in promtool-tests.
func storyLabels(t *testing.T) map[string][]map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../promtool-tests/*.yml")
	require.NoError(t, err)
	sets := map[string][]map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var file struct {
			Tests []struct {
				Alerts []struct {
					Name   string `yaml:"alertname"`
					Firing []struct {
						Labels map[string]string `yaml:"exp_labels"`
					} `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		require.NoError(t, yaml.Unmarshal(text, &file), path)
		for _, test := range file.Tests {
			for _, a := range test.Alerts {
				for _, firing := range a.Firing {
					sets[a.Name] = append(sets[a.Name], firing.Labels)
				}
			}
		}
	}
	require.NotEmpty(t, sets)
	return sets
}

// A target whose cause has ended must not be notified for the first time because its source
// resolves earlier.
func TestSourcesFireUntilTheirTargetsEnd(t *testing.T) {
	keep := map[string]time.Duration{}
	for _, r := range loadRules(t) {
		keep[r.Alert] = r.KeepFiringFor.Duration
	}
	for _, p := range pairs() {
		source, target := keep[p.source], keep[p.target]
		if p.tail == 0 {
			continue
		}
		require.GreaterOrEqual(t, source, target+p.tail, "keep_firing_for of %s: %s fires up to %s longer", p.source, p.target, target+p.tail)
	}
}

func TestPairsInhibitOnlyWithEqualLabels(t *testing.T) {
	catalog := loadCatalog(t)
	var alerts []postedAlert
	want := map[string]string{}
	for i, p := range pairs() {
		id := fmt.Sprintf("%02d %s > %s", i, p.source, p.target)
		common := map[string]string{}
		for _, label := range p.equal {
			common[label] = "same"
		}
		common["environment"] = id // keeps pairs apart
		post := func(id, text string) {
			a := catalog.parse(t, text)
			maps.Copy(a.Labels, common)
			alerts = append(alerts, with(a, "case", id))
		}
		post(id+": source", p.source+" "+p.sourceLabels)
		post(id, p.target+" "+p.targetLabels)
		want[id] = "suppressed"
		for _, label := range p.equal {
			equal, other := common[label], id+": another "+label
			common[label] = other
			post(other, p.target+" "+p.targetLabels)
			common[label], want[other] = equal, "active"
		}
	}
	chain := startChain(t, 1)
	chain.send(t, alerts...)
	chain.requireStates(t, "case", want)
}

// All alerts fire at once, with the labels that they have in the stories of the rules. A suppressed
// one is the target of a listed pair whose source fires with equal labels.
func TestOnlyListedPairsSuppress(t *testing.T) {
	var alerts []postedAlert
	labels := storyLabels(t)
	delete(labels, maintenanceAlert) // inhibits whole components
	for name, sets := range labels {
		for _, set := range sets {
			a := alert(name, set["severity"], set["component"])
			maps.Copy(a.Labels, set)
			alerts = append(alerts, with(a, "environment", "production"))
		}
	}
	chain := startChain(t, 1)
	chain.send(t, alerts...)
	eventually(t, func() bool { return len(chain.inhibited(t)) > 20 }, "inhibited alerts")

	byFingerprint := map[string]map[string]string{}
	for _, state := range chain.states(t) {
		byFingerprint[state.Fingerprint] = state.Labels
	}
	for _, state := range chain.states(t) {
		for _, fingerprint := range state.Status.InhibitedBy {
			source, target := byFingerprint[fingerprint], state.Labels
			require.True(t, slices.ContainsFunc(pairs(), func(p pair) bool {
				return p.source == source["alertname"] && p.target == target["alertname"] &&
					!slices.ContainsFunc(p.equal, func(label string) bool { return source[label] != target[label] })
			}), "%v suppresses %v", source, target)
		}
	}
}

// requireStates requires the states of the alerts whose value of label is in want. Alertmanager
// evaluates inhibitions some time after it has accepted the alerts.
func (c chain) requireStates(t *testing.T, label string, want map[string]string) {
	t.Helper()
	require.EventuallyWithT(t, func(collect *assert.CollectT) {
		got := map[string]string{}
		for _, state := range c.states(t) {
			if _, found := want[state.Labels[label]]; found {
				got[state.Labels[label]] = state.Status.State
			}
		}
		assert.Equal(collect, want, got)
	}, 10*time.Second, 200*time.Millisecond)
}

// inhibited returns the names of the inhibited alerts.
func (c chain) inhibited(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, state := range c.states(t) {
		if len(state.Status.InhibitedBy) > 0 {
			names = append(names, state.Labels["alertname"])
		}
	}
	return names
}

// notifiedOnSlack returns the names of the alerts in Slack messages.
func (c chain) notifiedOnSlack() []string {
	var names []string
	for _, message := range c.got.Slack.All() {
		_, rest, _ := strings.Cut(message.Attachments[0].Title, ": ")
		name, _, _ := strings.Cut(rest, " (")
		names = append(names, name)
	}
	return names
}

func TestWatchdogIsNeverInhibited(t *testing.T) {
	chain := startChain(t, speedup)
	chain.send(t, alert("DatabaseDown", "P0", "database"), alert("ExporterDown", "P0", "monitoring"), alert("Watchdog", "P3", "monitoring"))
	heartbeats := await(t, &chain.got.Heartbeats, 3)
	require.Equal(t, "dead-mans-switch", heartbeats[0].Receiver)
	require.Equal(t, "Watchdog", heartbeats[0].Alerts[0].Labels["alertname"])
	for _, message := range chain.got.Slack.All() {
		require.NotContains(t, message.Attachments[0].Title, "Watchdog")
	}
}
