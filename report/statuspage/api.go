package statuspage

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
)

// maxIncidents limits the incidents in a document, as Statuspage does.
const maxIncidents = 50

// The types below have the shape of the API of Statuspage, version 2.
type (
	apiPage struct {
		ID        string  `json:"id"`
		Name      string  `json:"name"`
		URL       string  `json:"url"`
		TimeZone  string  `json:"time_zone"`
		UpdatedAt apiTime `json:"updated_at"`
	}
	apiStatus struct {
		Indicator   string `json:"indicator"`
		Description string `json:"description"`
	}
	apiComponent struct {
		ID                 string  `json:"id"`
		Name               string  `json:"name"`
		Status             string  `json:"status"`
		CreatedAt          apiTime `json:"created_at"`
		UpdatedAt          apiTime `json:"updated_at"`
		Position           int     `json:"position"`
		Description        *string `json:"description"`
		Showcase           bool    `json:"showcase"`
		StartDate          *string `json:"start_date"`
		GroupID            *string `json:"group_id"`
		PageID             string  `json:"page_id"`
		Group              bool    `json:"group"`
		OnlyShowIfDegraded bool    `json:"only_show_if_degraded"`
	}
	apiIncident struct {
		ID           string         `json:"id"`
		Name         string         `json:"name"`
		Status       string         `json:"status"`
		Impact       string         `json:"impact"`
		CreatedAt    apiTime        `json:"created_at"`
		UpdatedAt    apiTime        `json:"updated_at"`
		MonitoringAt *apiTime       `json:"monitoring_at"`
		ResolvedAt   *apiTime       `json:"resolved_at"`
		StartedAt    apiTime        `json:"started_at"`
		Shortlink    string         `json:"shortlink"`
		PageID       string         `json:"page_id"`
		Updates      []apiUpdate    `json:"incident_updates"`
		Components   []apiComponent `json:"components"`

		// Of scheduled maintenance only.
		ScheduledFor   *apiTime `json:"scheduled_for,omitempty"`
		ScheduledUntil *apiTime `json:"scheduled_until,omitempty"`
	}
	apiUpdate struct {
		ID                 string                 `json:"id"`
		Status             string                 `json:"status"`
		Body               string                 `json:"body"`
		IncidentID         string                 `json:"incident_id"`
		CreatedAt          apiTime                `json:"created_at"`
		UpdatedAt          apiTime                `json:"updated_at"`
		DisplayAt          apiTime                `json:"display_at"`
		AffectedComponents []apiAffectedComponent `json:"affected_components"`
	}
	apiAffectedComponent struct {
		Code string `json:"code"`
		Name string `json:"name"`
	}
	apiTime struct{ time.Time }
)

// MarshalJSON implements json.Marshaler. Statuspage has milliseconds.
func (t apiTime) MarshalJSON() ([]byte, error) {
	return t.UTC().AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), nil
}

// apiDocuments returns the documents by path.
func apiDocuments() map[string]render {
	document := func(fields func(e *edition, t *texts, out map[string]any)) render {
		return func(e *edition, t *texts, w io.Writer) error {
			out := map[string]any{"page": e.apiPage()}
			fields(e, t, out)
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(out)
		}
	}
	incidents := func(include func(Incident) bool) render {
		return document(func(e *edition, t *texts, out map[string]any) { out["incidents"] = e.apiIncidents(t, include) })
	}
	maintenances := func(include func(status string) bool) render {
		return document(func(e *edition, t *texts, out map[string]any) {
			out["scheduled_maintenances"] = e.apiMaintenances(t, include)
		})
	}
	return map[string]render{
		"status": document(func(e *edition, t *texts, out map[string]any) { out["status"] = e.apiStatus(t) }),
		"components": document(func(e *edition, t *texts, out map[string]any) {
			out["components"] = e.apiComponents(t, componentNames())
		}),
		"summary": document(func(e *edition, t *texts, out map[string]any) {
			out["status"] = e.apiStatus(t)
			out["components"] = e.apiComponents(t, componentNames())
			out["incidents"] = e.apiIncidents(t, unresolved)
			out["scheduled_maintenances"] = e.apiMaintenances(t, func(string) bool { return true })
		}),
		"incidents":                       incidents(func(Incident) bool { return true }),
		"incidents/unresolved":            incidents(unresolved),
		"scheduled-maintenances":          maintenances(func(string) bool { return true }),
		"scheduled-maintenances/active":   maintenances(func(status string) bool { return status == "in_progress" }),
		"scheduled-maintenances/upcoming": maintenances(func(status string) bool { return status == "scheduled" }),
	}
}

func unresolved(i Incident) bool { return i.End.IsZero() }

func (e *edition) pageID() string { return newID("page", e.url.String()) }

func (e *edition) apiPage() apiPage {
	return apiPage{e.pageID(), e.name, e.url.String(), e.location.String(), apiTime{e.Time}}
}

func (e *edition) apiStatus(t *texts) apiStatus {
	status := e.Status()
	indicator := map[Status]string{
		Operational: impactNone, UnderMaintenance: impactMinor, Unknown: impactMinor,
		Degraded: impactMinor, PartialOutage: impactMajor, MajorOutage: impactCritical,
	}[status]
	return apiStatus{indicator, t.Overall[status]}
}

// apiComponents returns the components with the given names. Statuspage has no status for an
// unknown one, so it is degraded, with a description.
func (e *edition) apiComponents(t *texts, names []string) []apiComponent {
	components := []apiComponent{}
	for position, c := range e.Components {
		if !slices.Contains(names, c.Name) {
			continue
		}
		a := apiComponent{
			ID: newID("component", c.Name), Name: t.Component[c.Name], Status: c.Status.String(), PageID: e.pageID(),
			Position: position + 1, CreatedAt: apiTime{time.Unix(0, 0)}, UpdatedAt: apiTime{c.Changed},
		}
		if c.Changed.IsZero() {
			a.UpdatedAt = a.CreatedAt
		}
		if c.Status == Unknown {
			description := t.Overall[Unknown]
			a.Status, a.Description = Degraded.String(), &description
		}
		components = append(components, a)
	}
	return components
}

func (e *edition) apiIncidents(t *texts, include func(Incident) bool) []apiIncident {
	incidents := []apiIncident{}
	for _, i := range e.Incidents {
		if include(i) && len(incidents) < maxIncidents {
			incidents = append(incidents, e.apiIncident(t, i))
		}
	}
	return incidents
}

func (e *edition) apiIncident(t *texts, i Incident) apiIncident {
	a := apiIncident{
		ID: i.ID, Name: t.titleOf(i), Status: i.Status(), Impact: i.Impact, PageID: e.pageID(),
		CreatedAt: apiTime{i.Updates[0].Time}, UpdatedAt: apiTime{i.Updated()}, StartedAt: apiTime{i.Start},
		Shortlink: e.incidentURL(i), Components: e.apiComponents(t, i.Components),
	}
	for _, u := range slices.Backward(i.Updates) {
		a.Updates = append(a.Updates, e.apiUpdate(t, i.ID, i.Components, u.Status, t.textOf(i, u), u.Time))
		if u.Status == monitoring {
			a.MonitoringAt = &apiTime{u.Time}
		}
	}
	if !i.End.IsZero() {
		a.ResolvedAt = &apiTime{i.Updated()}
	}
	return a
}

func (e *edition) apiUpdate(t *texts, incident string, components []string, status, body string, at time.Time) apiUpdate {
	u := apiUpdate{
		ID: newID("update", incident, status, at.String()), Status: status, Body: body, IncidentID: incident,
		CreatedAt: apiTime{at}, UpdatedAt: apiTime{at}, DisplayAt: apiTime{at}, AffectedComponents: []apiAffectedComponent{},
	}
	for _, name := range components {
		u.AffectedComponents = append(u.AffectedComponents, apiAffectedComponent{newID("component", name), t.Component[name]})
	}
	return u
}

func (e *edition) apiMaintenances(t *texts, include func(status string) bool) []apiIncident {
	maintenances := []apiIncident{}
	for _, w := range e.Windows {
		status := "scheduled"
		if w.active(e.Published) {
			status = "in_progress"
		}
		if !include(status) {
			continue
		}
		maintenances = append(maintenances, apiIncident{
			ID: w.ID, Name: w.Name, Status: status, Impact: "maintenance", PageID: e.pageID(),
			// Prometheus does not record when it was announced.
			CreatedAt: apiTime{w.Start}, UpdatedAt: apiTime{w.Start}, StartedAt: apiTime{w.Start},
			ScheduledFor: &apiTime{w.Start}, ScheduledUntil: &apiTime{w.End}, Shortlink: e.url.String(),
			Updates:    []apiUpdate{e.apiUpdate(t, w.ID, w.Components, status, t.MaintenanceBody, w.Start)},
			Components: e.apiComponents(t, w.Components),
		})
	}
	return maintenances
}

// incidentURL returns the permanent address of an incident.
func (e *edition) incidentURL(i Incident) string {
	return strings.TrimSuffix(e.url.String(), "/") + "/incidents/" + i.ID
}
