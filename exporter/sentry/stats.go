package sentry

import (
	"context"
	"net/url"
	"strconv"
)

// grouped is a response of stats_v2 and of sessions. Totals can be null.
type grouped struct {
	Groups []struct {
		By     map[string]any
		Totals map[string]*float64
	}
}

// byLabel returns the totals of a field by the value of one label.
func (g grouped) byLabel(label, field string) map[string]float64 {
	values := map[string]float64{}
	for _, group := range g.Groups {
		if total := group.Totals[field]; total != nil {
			values[text(group.By[label])] += *total
		}
	}
	return values
}

// text returns a label, which is a string, or a number if it is the ID of a project.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// outcomes returns the error events by outcome, such as accepted and rate_limited.
func (c *client) outcomes(ctx context.Context, period string) (map[string]float64, error) {
	var response grouped
	_, err := c.get(ctx, readStats, "stats_v2", url.Values{
		"groupBy": {"outcome"}, "field": {"sum(quantity)"}, "category": {"error"}, "statsPeriod": {period}, "interval": {"1h"},
	}, &response)
	if err == nil && response.Groups == nil {
		err = errIncomplete(readStats)
	}
	return response.byLabel("outcome", "sum(quantity)"), err
}

// crashFree returns the ratios of sessions and users without a crash in a day.
func (c *client) crashFree(ctx context.Context) (map[string]float64, error) {
	fields := map[string]string{"sessions": "crash_free_rate(session)", "users": "crash_free_rate(user)"}
	query := url.Values{"statsPeriod": {"24h"}, "interval": {"1h"}, "includeSeries": {"0"}}
	for _, field := range fields {
		query.Add("field", field)
	}
	var response grouped
	if _, err := c.get(ctx, readSessions, "sessions", query, &response); err != nil {
		return nil, err
	}
	if response.Groups == nil {
		return nil, errIncomplete(readSessions)
	}
	ratios := map[string]float64{}
	for of, field := range fields {
		for _, group := range response.Groups {
			if total := group.Totals[field]; total != nil {
				ratios[of] = *total
			}
		}
	}
	return ratios, nil
}

// volume is the number of error events and of the users that they affected.
type volume struct{ events, users float64 }

// volumes returns the volume of error events that match a search, by project.
func (c *client) volumes(ctx context.Context, search, period string) (map[string]volume, error) {
	var response struct {
		Data []struct {
			Project string
			Events  float64 `json:"count()"`
			Users   float64 `json:"count_unique(user)"`
		}
	}
	query := url.Values{
		"dataset": {"errors"}, "field": {"project", "count()", "count_unique(user)"}, "statsPeriod": {period},
		"query": {search}, "per_page": {"100"},
	}
	if _, err := c.get(ctx, readEvents, "events", query, &response); err != nil {
		return nil, err
	}
	if response.Data == nil {
		return nil, errIncomplete(readEvents)
	}
	volumes := map[string]volume{}
	for _, row := range response.Data {
		volumes[row.Project] = volume{row.Events, row.Users}
	}
	return volumes, nil
}
