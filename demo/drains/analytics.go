package drains

// analyticsRow is a row of Vercel's Web Analytics, in its second version.
type analyticsRow struct {
	Schema            string     `json:"schema"`
	EventType         string     `json:"eventType"`
	EventName         string     `json:"eventName,omitempty"`
	EventData         properties `json:"eventData,omitempty"` // JSON in a string
	Timestamp         int64      `json:"timestamp"`           // ms
	ProjectID         string     `json:"projectId"`
	OwnerID           string     `json:"ownerId"`
	SessionID         uint64     `json:"sessionId"`
	DeviceID          uint64     `json:"deviceId"`
	Origin            string     `json:"origin"`
	Path              string     `json:"path"`
	Referrer          string     `json:"referrer"`
	Route             string     `json:"route"`
	Country           string     `json:"country"`
	City              string     `json:"city"`
	OSName            string     `json:"osName"`
	ClientName        string     `json:"clientName"`
	DeviceType        string     `json:"deviceType"`
	SDKName           string     `json:"sdkName"`
	VercelEnvironment string     `json:"vercelEnvironment"`
	Deployment        string     `json:"deployment"`
}

// analyticsRows returns a page view for a page that was shown, and the event if there is one.
func (r request) analyticsRows() []analyticsRow {
	var rows []analyticsRow
	if r.shown() {
		rows = append(rows, r.analyticsRow("pageview"))
	}
	if r.event != nil {
		row := r.analyticsRow("event")
		row.EventName, row.EventData = r.event.name, r.event.data
		rows = append(rows, row)
	}
	return rows
}

func (r request) analyticsRow(eventType string) analyticsRow {
	return analyticsRow{
		Schema: "vercel.analytics.v2", EventType: eventType, Timestamp: r.ended().UnixMilli(),
		ProjectID: project, OwnerID: owner, Deployment: deployment,
		SessionID: r.session, DeviceID: r.visitor.id,
		Origin: origin, Path: r.path, Referrer: origin + "/prompts?q=me%40example.com", Route: r.route,
		Country: "KR", City: "Seoul", OSName: r.os, ClientName: r.client, DeviceType: r.device,
		SDKName: "@vercel/analytics", VercelEnvironment: r.environment,
	}
}
