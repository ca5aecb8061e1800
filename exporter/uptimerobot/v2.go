package uptimerobot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// maxPageV2 is the maximum of the API.
const maxPageV2 = 50

// windowsV2 are the windows of the uptime ratios, in days, as the API takes them.
const windowsV2 = "1-7-30"

// listV2 requests POST /v2/getMonitors, which has the status code 200 even for errors. The key is
// part of the form, because v2 has no header for it.
func (c *client) listV2(ctx context.Context, offset string) (page, error) {
	form := url.Values{
		"api_key": {c.key.Value()}, "format": {"json"}, "custom_uptime_ratios": {windowsV2}, "response_times": {"1"},
		"response_times_limit": {"1"}, "ssl": {"1"}, "limit": {strconv.Itoa(min(maxPageV2, c.max))}, "offset": {cmp.Or(offset, "0")},
	}
	var response struct {
		Stat       string
		Error      struct{ Type string }
		Pagination struct{ Offset, Limit, Total int }
		Monitors   []monitorV2
	}
	if _, err := c.transport.PostForm(ctx, operationList, c.url.JoinPath("v2", "getMonitors"), form, &response); err != nil {
		return page{}, err
	}
	if response.Stat != "ok" {
		reason := failure.Invalid
		if response.Error.Type == "invalid_parameter" || response.Error.Type == "not_authorized" { // of a wrong key
			reason = failure.Authentication
		}
		return page{}, failure.New(reason, errors.New("requesting "+operationList+
			": UptimeRobot rejected the request; hint: check the key in --uptimerobot.api-key-file"))
	}
	var result page
	for _, m := range response.Monitors {
		result.monitors = append(result.monitors, m.monitor())
	}
	if next := response.Pagination.Offset + len(response.Monitors); len(response.Monitors) > 0 && next < response.Pagination.Total {
		result.next = strconv.Itoa(next)
	}
	return result, nil
}

// monitorV2 omits the fields whose type varies: sub_type, keyword_type and port are a string, a
// number or null.
type monitorV2 struct {
	ID                  json.Number
	FriendlyName        string `json:"friendly_name"`
	Status              int
	CustomUptimeRatio   string                  `json:"custom_uptime_ratio"`   // percent, such as 100.000-99.991-99.823
	AverageResponseTime string                  `json:"average_response_time"` // milliseconds
	SSL                 struct{ Expires int64 } // Unix time
}

func (m monitorV2) monitor() monitor {
	result := monitor{id: m.ID.String(), name: m.FriendlyName, state: stateV2(m.Status), uptime: map[string]float64{}}
	windows := strings.Split(windowsV2, "-")
	for i, percent := range strings.Split(m.CustomUptimeRatio, "-") {
		if value, err := strconv.ParseFloat(percent, 64); err == nil && i < len(windows) {
			result.uptime[windows[i]+"d"] = value / 100
		}
	}
	if milliseconds, err := strconv.ParseFloat(m.AverageResponseTime, 64); err == nil {
		latency := time.Duration(milliseconds * float64(time.Millisecond))
		result.latency = &latency
	}
	if m.SSL.Expires > 0 {
		result.expiry = time.Unix(m.SSL.Expires, 0)
	}
	return result
}

func stateV2(status int) state {
	switch status {
	case 0:
		return paused
	case 1:
		return notChecked
	case 2:
		return up
	case 8:
		return seemsDown
	case 9:
		return down
	}
	return unknown
}
