package statuspage

import (
	"encoding/json"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// summary is what the tests read of summary.json.
type summary struct {
	Status struct{ Indicator, Description string }
	Page   struct {
		UpdatedAt string `json:"updated_at"`
	}
	Components []struct{ ID, Name, Status, Description string }
	Incidents  []struct {
		ID, Name, Status, Impact, Shortlink string
		StartedAt                           string `json:"started_at"`
		ResolvedAt                          string `json:"resolved_at"`
		Updates                             []struct {
			ID, Status, Body string
			CreatedAt        string `json:"created_at"`
		} `json:"incident_updates"`
		Components []struct{ Name string }
	}
	Maintenances []struct {
		Name, Status, Impact string
		ScheduledFor         string `json:"scheduled_for"`
		ScheduledUntil       string `json:"scheduled_until"`
		Components           []struct{ Name string }
	} `json:"scheduled_maintenances"`
}

func (p *page) summary(t *testing.T, path string) summary {
	t.Helper()
	var s summary
	require.NoError(t, json.Unmarshal([]byte(p.get(t, path)), &s))
	return s
}

func TestPastIncidentsComeFromAlerts(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), "")
	p.refresh(t.Context(), now())
	require.Empty(t, p.log.String())

	s := p.summary(t, "/api/v2/summary.json")
	require.Equal(t, "none", s.Status.Indicator)
	require.Equal(t, "All systems operational", s.Status.Description)
	require.Empty(t, s.Incidents)
	require.Len(t, s.Components, 6)
	require.Equal(t, "Website", s.Components[0].Name)
	require.Equal(t, "operational", s.Components[0].Status)

	incidents := p.summary(t, "/api/v2/incidents.json").Incidents
	require.Len(t, incidents, 2, "two alerts of payments are eight minutes apart; of the others, visitors notice one")
	require.Equal(t, "Payments: outage", incidents[0].Name)
	require.Equal(t, "critical", incidents[0].Impact)
	require.Equal(t, "resolved", incidents[0].Status)
	require.Equal(t, "2026-11-17T10:11:00.000Z", incidents[0].StartedAt, "the minute, although steps have five")
	require.Equal(t, "2026-11-17T10:55:00.000Z", incidents[0].ResolvedAt, "10:41 rounded up, and ten minutes")
	require.Equal(t, "https://status.example.com/incidents/"+incidents[0].ID, incidents[0].Shortlink)
	require.Len(t, incidents[0].Updates, 3)
	require.Equal(t, "API: outage", incidents[1].Name)

	front := p.get(t, "/")
	require.Contains(t, front, "All systems operational")
	require.Contains(t, front, "Payments: outage")
	require.NotContains(t, front, "API: outage", "a month old")
	require.Contains(t, p.get(t, "/history"), "API: outage")
	require.Contains(t, p.get(t, "/incidents/"+incidents[1].ID), "API: outage")
}

func TestDays(t *testing.T) {
	p := newPage(t, shop().start(t).URL(), "")
	p.refresh(t.Context(), now())
	byName := map[string]Component{}
	for _, c := range p.edition.Load().Components {
		require.Len(t, c.Days, 90)
		byName[c.Name] = c
	}
	days := byName["payments"].Days
	require.Equal(t, at("2026-11-20T00:00:00Z"), days[89].Date)
	require.Equal(t, at("2026-08-23T00:00:00Z"), days[0].Date)
	require.InDelta(t, 1-0.5/24, days[86].Uptime, 1e-9, "one of 24 hours has 0.5")
	require.Equal(t, PartialOutage, days[86].Status)
	require.Equal(t, Operational, days[85].Status, "the day before")
	require.Equal(t, Operational, days[89].Status, "today")
	require.InDelta(t, 1, days[89].Uptime, 1e-9)

	outage := byName["api"].Days[58]
	require.Equal(t, at("2026-10-20T00:00:00Z"), outage.Date)
	require.InDelta(t, 21.0/24, outage.Uptime, 1e-9)
	require.Equal(t, MajorOutage, outage.Status)

	require.Equal(t, Unknown, byName["database"].Days[0].Status)
	front := p.get(t, "/")
	require.Contains(t, front, "<title>2026-11-17: 97.91 %, Partial outage</title>")
	require.Contains(t, front, "<dt>Uptime, 90 days</dt><dd>99.99 %</dd>", "rounded down")
	require.Contains(t, front, "Database, last 90 days: 51 days without problems, 0 with problems, 39 without data.")

	p.refresh(t.Context(), now().Add(2*day))
	require.Len(t, p.history.days["api"], 88, "two have no data, and earlier ones are deleted")
	require.Contains(t, p.get(t, "/"), "<title>2026-11-21: no data, Unknown</title>")
}

func TestPrometheusRestartsAndIsGone(t *testing.T) {
	server := shop().start(t)
	p := newPage(t, server.URL(), "")
	p.refresh(t.Context(), now())
	before := p.summary(t, "/api/v2/incidents.json").Incidents

	require.NoError(t, server.Stop(t.Context(), syscall.SIGTERM))
	p.refresh(t.Context(), now().Add(time.Minute))
	require.Contains(t, p.get(t, "/"), "All systems operational", "data of a minute ago")
	require.Contains(t, p.get(t, "/"), "2026-11-20 12:00 UTC (21:00 KST)")
	require.Contains(t, p.log.String(), "Querying Prometheus failed")

	p.refresh(t.Context(), now().Add(18*time.Minute))
	for _, path := range []string{"/", "/?lang=ko", "/api/v2/summary.json", "/api/v2/status.json", "/badge.svg"} {
		require.NotRegexp(t, `(?i)all systems operational|정상입니다|: operational|(state|overall|status": ") ?operational`, p.get(t, path), path)
	}
	front := p.get(t, "/")
	require.Contains(t, front, "Status unknown")
	require.Contains(t, front, "The last data is 18 minutes old")
	require.Contains(t, front, "Payments: outage", "known incidents stay")
	require.Contains(t, front, "<title>2026-11-20: 100 %, Unknown</title>", "today is not over")
	require.NotContains(t, front, "<dd>100 %</dd>")
	s := p.summary(t, "/api/v2/summary.json")
	require.Equal(t, "minor", s.Status.Indicator)
	require.Equal(t, "Status unknown", s.Status.Description)
	require.Equal(t, "degraded_performance", s.Components[0].Status)
	require.Equal(t, "Status unknown", s.Components[0].Description)
	require.Equal(t, "2026-11-20T12:00:00.000Z", s.Page.UpdatedAt)
	p.refresh(t.Context(), now().Add(5*time.Hour))
	require.Contains(t, p.get(t, "/"), "The last data is 5 hours old")

	require.NoError(t, server.Start(t.Context()))
	p.refresh(t.Context(), now().Add(15*time.Second))
	require.Contains(t, p.get(t, "/"), "All systems operational")
	require.Equal(t, before, p.summary(t, "/api/v2/incidents.json").Incidents)

	restarted := newPage(t, server.URL(), "")
	require.Contains(t, restarted.get(t, "/"), "Monitoring has returned no data yet")
	require.Contains(t, restarted.get(t, "/badge.svg"), "Unknown")
	restarted.refresh(t.Context(), now().Add(15*time.Second))
	require.Equal(t, before, restarted.summary(t, "/api/v2/incidents.json").Incidents, "identifiers are stable")
}

func TestAbsentStatusIsUnknown(t *testing.T) {
	f := shopWith(map[string]float64{"api": 0, "payments": 0, "uploads": 0, "email": 0, "database": 0}, "")
	p := newPage(t, f.start(t).URL(), "")
	p.refresh(t.Context(), now())
	require.Equal(t, Unknown, p.edition.Load().Status())
	require.Equal(t, Operational, p.edition.Load().Components[1].Status)
	require.NotContains(t, p.get(t, "/"), "All systems operational")
}

func TestCurrentIncident(t *testing.T) {
	f := shopWith(map[string]float64{"website": 0, "api": 1, "payments": 0, "uploads": 0, "email": 0, "database": 0}, "")
	f.alert(`component="api",environment="production",severity="P1",alertname="ErrorRateHigh",server="a"`, "2026-11-20T10:31:30Z", "2026-11-20T12:00:00Z")
	server := f.start(t)
	p := newPage(t, server.URL(), "")
	p.refresh(t.Context(), now().Add(-80*time.Minute))
	early := p.summary(t, "/api/v2/summary.json").Incidents
	require.Len(t, early, 1)

	p.refresh(t.Context(), now())
	s := p.summary(t, "/api/v2/summary.json")
	require.Equal(t, "minor", s.Status.Indicator)
	require.Len(t, s.Incidents, 1)
	require.Equal(t, early[0].ID, s.Incidents[0].ID)
	require.Equal(t, "API: degraded performance", s.Incidents[0].Name)
	require.Equal(t, "minor", s.Incidents[0].Impact)
	require.Equal(t, "investigating", s.Incidents[0].Status)
	require.Equal(t, "2026-11-20T10:32:00.000Z", s.Incidents[0].StartedAt)
	require.Equal(t, Degraded, p.edition.Load().Components[1].Days[89].Status)

	p.refresh(t.Context(), now().Add(5*time.Minute)) // the alert has ended at 12:00
	s = p.summary(t, "/api/v2/incidents/unresolved.json")
	require.Equal(t, "monitoring", s.Incidents[0].Status)
	p.refresh(t.Context(), now().Add(11*time.Minute))
	s = p.summary(t, "/api/v2/incidents.json")
	require.Equal(t, early[0].ID, s.Incidents[0].ID)
	require.Equal(t, "resolved", s.Incidents[0].Status)
	require.Equal(t, "2026-11-20T12:10:00.000Z", s.Incidents[0].ResolvedAt)

	restarted := newPage(t, server.URL(), "")
	restarted.refresh(t.Context(), now().Add(11*time.Minute))
	require.Equal(t, early[0].ID, restarted.summary(t, "/api/v2/incidents.json").Incidents[0].ID)
}

func TestMaintenance(t *testing.T) {
	f := shop()
	f.maintenance("Database upgrade", "database", "2026-11-20T11:30:00Z", "2026-11-20T13:00:00Z")
	f.maintenance("Database upgrade", "api", "2026-11-20T11:30:00Z", "2026-11-20T13:00:00Z")
	f.maintenance("New mail provider", "email", "2026-11-22T01:00:00Z", "2026-11-22T02:00:00Z")
	f.current(`marketplace:component_uptime:ratio30d{component="uploads"}`, 0.5)
	f.maintenance("Past", "email", "2026-11-19T01:00:00Z", "2026-11-19T02:00:00Z")
	labels := `component="database",environment="production"`
	f.current(`component:marketplace_maintenance_remaining:seconds{`+labels+`}`, 3600)
	f.alert(labels+`,severity="P0",alertname="DatabaseDown"`, "2026-11-20T11:50:00Z", "2026-11-20T12:00:00Z")
	f.current(`component:alert:info{component="database",alertname="DatabaseDown",status="major_outage"}`, 1)
	p := newPage(t, f.start(t).URL(), "")
	p.refresh(t.Context(), now())

	s := p.summary(t, "/api/v2/summary.json")
	require.Equal(t, "Maintenance in progress", s.Status.Description)
	require.Empty(t, s.Incidents, "an alert during maintenance is no incident")
	require.Equal(t, "under_maintenance", s.Components[5].Status)
	require.Len(t, s.Maintenances, 2)
	require.Equal(t, "Database upgrade", s.Maintenances[0].Name)
	require.Equal(t, "in_progress", s.Maintenances[0].Status)
	require.Equal(t, "2026-11-20T13:00:00.000Z", s.Maintenances[0].ScheduledUntil)
	require.Len(t, s.Maintenances[0].Components, 2)
	require.Equal(t, "scheduled", s.Maintenances[1].Status)
	require.Len(t, p.summary(t, "/api/v2/scheduled-maintenances/active.json").Maintenances, 1)
	require.Len(t, p.summary(t, "/api/v2/scheduled-maintenances/upcoming.json").Maintenances, 1)
	require.Contains(t, p.get(t, "/"), "New mail provider")
	require.Contains(t, p.get(t, "/"), "<dd>50.00 %</dd>", "without an environment, and the lower of two")
}

// The steps before the last hour have five minutes, and end up to five minutes before it.
func TestShortAlertBetweenTheResolutionsIsFound(t *testing.T) {
	f := shop()
	f.alert(`component="website",environment="production",severity="P0",alertname="WebsiteDown"`, "2026-11-20T11:01:30Z", "2026-11-20T11:02:30Z")
	f.alert(`component="api",severity="P0",alertname="ApplicationDown"`, "2026-11-19T11:00:00Z", "2026-11-19T11:02:00Z")
	p := newPage(t, f.start(t).URL(), "")
	p.refresh(t.Context(), now().Add(4*time.Minute))
	require.Equal(t, "API: outage", p.summary(t, "/api/v2/incidents.json").Incidents[1].Name, "without an environment")
	require.Equal(t, "Website: outage", p.summary(t, "/api/v2/incidents.json").Incidents[0].Name)
}
