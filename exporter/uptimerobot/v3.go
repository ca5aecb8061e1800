package uptimerobot

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// listV3 requests GET /v3/monitors. The OpenAPI document of UptimeRobot leaves the values of status
// open; the description of the filter lists them.
func (c *client) listV3(ctx context.Context, cursor string) (page, error) {
	u := c.url.JoinPath("v3", "monitors")
	query := url.Values{"limit": {strconv.Itoa(min(maxPageV3, c.max))}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	u.RawQuery = query.Encode()
	var response struct {
		Data     []monitorV3
		NextLink string
	}
	if _, err := c.transport.GetJSON(ctx, operationList, u, c.key.Authorize, &response); err != nil {
		return page{}, err
	}
	if response.Data == nil { // no list is not an empty list
		return page{}, failure.New(failure.Invalid, errors.New("requesting "+operationList+": the response has no list of monitors"))
	}
	result := page{next: cursorOf(response.NextLink)}
	for _, m := range response.Data {
		result.monitors = append(result.monitors, m.monitor())
	}
	return result, nil
}

// maxPageV3 is the maximum of the API.
const maxPageV3 = 200

type monitorV3 struct {
	ID             json.Number
	FriendlyName   string
	Status         string
	LastDayUptimes struct {
		Histogram []struct{ Uptime *float64 } // percent
	}
	SSLExpiryDateTime string
}

func (m monitorV3) monitor() monitor {
	result := monitor{id: m.ID.String(), name: m.FriendlyName, state: stateV3(m.Status), uptime: map[string]float64{}}
	sum, buckets := 0., 0.
	for _, bucket := range m.LastDayUptimes.Histogram {
		if bucket.Uptime != nil {
			sum, buckets = sum+*bucket.Uptime, buckets+1
		}
	}
	if buckets > 0 {
		result.uptime["1d"] = sum / buckets / 100
	}
	// Without a certificate the field is null; an invalid date is no reason to drop the monitor.
	result.expiry, _ = time.Parse(time.RFC3339, m.SSLExpiryDateTime)
	return result
}

func stateV3(status string) state {
	switch status {
	case "PAUSED":
		return paused
	case "STARTED":
		return notChecked
	case "UP":
		return up
	case "LOOKS_DOWN":
		return seemsDown
	case "DOWN":
		return down
	}
	return unknown
}

// cursorOf returns only the cursor of a link, so that the key never goes to another address.
func cursorOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Query().Get("cursor")
}
