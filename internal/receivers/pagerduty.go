package receivers

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

const routingKeyLength = 32

// PagerDutyEvent is an event of the Events API v2.
type PagerDutyEvent struct {
	RoutingKey  string           `json:"routing_key"`
	EventAction string           `json:"event_action"`
	DedupKey    string           `json:"dedup_key"`
	Client      string           `json:"client"`
	ClientURL   string           `json:"client_url"`
	Links       []PagerDutyLink  `json:"links"`
	Payload     PagerDutyPayload `json:"payload"`
}

// PagerDutyPayload describes the incident.
type PagerDutyPayload struct {
	Summary       string         `json:"summary"`
	Source        string         `json:"source"`
	Severity      string         `json:"severity"`
	Component     string         `json:"component"`
	Group         string         `json:"group"`
	Class         string         `json:"class"`
	CustomDetails map[string]any `json:"custom_details"`
}

// PagerDutyLink is a link on the incident's page.
type PagerDutyLink struct {
	Href string `json:"href"`
	Text string `json:"text"`
}

func (e PagerDutyEvent) to() string { return "PagerDuty: " + e.EventAction }

// String returns the summary, the details and the links that the incident's page shows.
func (e PagerDutyEvent) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, e.Payload.Summary)
	for _, name := range slices.Sorted(maps.Keys(e.Payload.CustomDetails)) {
		fmt.Fprintf(&b, "%s: %v\n", name, e.Payload.CustomDetails[name])
	}
	for _, link := range e.Links {
		fmt.Fprintf(&b, "[%s] %s\n", link.Text, link.Href)
	}
	return b.String()
}

// decodePagerDuty returns the errors that PagerDuty's API would return.
func decodePagerDuty(routingKey string) func(*http.Request) (PagerDutyEvent, response) {
	return func(request *http.Request) (e PagerDutyEvent, _ response) {
		if err := json.NewDecoder(request.Body).Decode(&e); err != nil {
			return e, response{http.StatusBadRequest, err.Error()}
		}
		for _, rule := range []struct {
			holds   bool
			message string
		}{
			{len(e.RoutingKey) == routingKeyLength, "Length of 'routing_key' is incorrect (should be 32 characters)"},
			{e.RoutingKey == routingKey, "'routing_key' is unknown"},
			{slices.Contains([]string{"trigger", "acknowledge", "resolve"}, e.EventAction), "'event_action' is invalid"},
			{e.EventAction == "trigger" || e.DedupKey != "", "'dedup_key' is missing"},
			{e.Payload.Summary != "", "'payload.summary' is missing or blank"},
			{e.Payload.Source != "", "'payload.source' is missing or blank"},
			{slices.Contains([]string{"critical", "error", "warning", "info"}, e.Payload.Severity), "'payload.severity' is invalid"},
		} {
			if !rule.holds {
				return e, response{http.StatusBadRequest, fmt.Sprintf(`{"status":"invalid event","errors":[%q]}`, rule.message)}
			}
		}
		return e, response{http.StatusAccepted, fmt.Sprintf(`{"status":"success","message":"Event processed","dedup_key":%q}`, e.DedupKey)}
	}
}
