package main

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
	"github.com/aimarketplace/monitoring/tools/shops/simulate"
)

// make shops simulates four weeks of each shop and all incidents.
func TestSmallShop(t *testing.T) {
	files, err := filepath.Glob("../../rules/*.yml")
	require.NoError(t, err)
	rules, err := evaluate.Load(files)
	require.NoError(t, err)
	incidents := slices.DeleteFunc(simulate.Incidents(), func(i simulate.Incident) bool {
		return !slices.Contains([]string{"database down", "connections exhausted", "exporters down"}, i.Name)
	})
	r, err := observe(t.Context(), rules, simulate.Shops()[0], 2, incidents)
	require.NoError(t, err)
	require.Len(t, r.detections, 3)
	require.Equal(t, "DatabaseDown (P0) 1", r.detections[0].String())
	require.Equal(t, "ConnectionsNearMaximum (P1) 5", r.detections[1].String())
	require.Equal(t, "ExporterDown (P1) 5", r.detections[2].String())
	require.Empty(t, exceeded([]*result{r}))
}

func at(minute int) time.Time { return time.Unix(int64(60*minute), 0) }

func TestInstancesThatFireTogetherCountOnce(t *testing.T) {
	episode := func(alert, severity, route string, start, end int) evaluate.Episode {
		e := evaluate.Episode{Alert: alert, Severity: severity, Labels: labels.FromStrings("route", route), Start: at(start)}
		if end > 0 {
			e.End = at(end)
		}
		return e
	}
	r := result{quiet: []evaluate.Episode{
		episode("Slow", "P1", "a", 1, 20),
		episode("Slow", "P1", "b", 2, 5),
		episode("Slow", "P1", "b", 10, 30),
		episode("Slow", "P1", "b", 25, 26),
		episode("Watchdog", "P3", "", 1, 0),
		episode("Down", "P0", "", 40, 41),
		episode("Down", "P0", "", 50, 0),
		episode("Slow", "P1", "a", 60, 0),
		episode("Slow", "P1", "b", 70, 71),
	}}
	require.Equal(t, map[string]map[string]int{"P0": {"Down": 2}, "P1": {"Slow": 2}}, r.counts())
}

func TestLimits(t *testing.T) {
	incident := simulate.Incident{Name: "logins fail", Alerts: []string{"LoginFailing"}, Cases: 3}
	good := func() result {
		return result{days: 28, detections: []detection{{
			incident: incident, severity: "P0", first: evaluate.Episode{Alert: "LoginFailing", Severity: "P0"}, after: 15 * time.Minute, evident: 10 * time.Minute,
		}}}
	}
	fires := func(severity string, times int) []evaluate.Episode {
		var episodes []evaluate.Episode
		for n := range times {
			episodes = append(episodes, evaluate.Episode{Alert: "Slow", Severity: severity, Start: at(10 * n), End: at(10*n + 5)})
		}
		return episodes
	}
	for expected, change := range map[string]func(r *result){
		"":                        func(r *result) { r.quiet = append(fires("P1", 4), fires("P2", 8)...) },
		"5 alerts of severity P1": func(r *result) { r.quiet = fires("P1", 5) },
		"9 alerts of severity P2": func(r *result) { r.quiet = fires("P2", 9) },
		"1 alerts of severity P0": func(r *result) { r.quiet = fires("P0", 1) },
		"no alert of [LoginFailing] with severity P0": func(r *result) { r.detections[0].first = evaluate.Episode{} },
		"fires 6m0s after 3 cases":                    func(r *result) { r.detections[0].after = 16 * time.Minute },
		"still fires 15m0s after":                     func(r *result) { r.detections[0].late = []string{"LoginFailing"} },
	} {
		r := good()
		change(&r)
		problems := exceeded([]*result{&r})
		if expected == "" {
			require.Empty(t, problems)
			continue
		}
		require.Len(t, problems, 1, expected)
		require.Contains(t, problems[0], expected)
	}
}
