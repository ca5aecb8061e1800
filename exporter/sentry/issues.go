package sentry

import (
	"context"
	"net/url"
	"time"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// issue has the fields of an issue that are counted. Texts, links and users are not decoded.
type issue struct {
	ID        string
	Level     string
	Substatus *string
	FirstSeen time.Time
	Lifetime  struct{ FirstSeen time.Time } // FirstSeen is within the period if a filter is set
	Project   struct{ Slug string }
}

func (i *issue) firstSeen() time.Time {
	if !i.Lifetime.FirstSeen.IsZero() {
		return i.Lifetime.FirstSeen
	}
	return i.FirstSeen
}

// levels and substatuses are the allowed values of the labels; others become other.
func levels() []string      { return []string{"fatal", "error", "warning", "info", "debug"} }
func substatuses() []string { return []string{"new", "regressed", "escalating", "ongoing"} }

func (i *issue) substatus() string {
	if i.Substatus == nil {
		return metric.Other
	}
	return metric.Among(*i.Substatus, substatuses()...)
}

// issues returns the issues that match a query, and whether there are more than the pages hold. It
// stops at a page that adds no issue.
func (c *client) issues(ctx context.Context, search string, pages int) (all []issue, truncated bool, err error) {
	cursor, listed := "", map[string]bool{}
	for range pages {
		query := url.Values{"query": {search}, "limit": {"100"}, "sort": {"date"}, "collapse": {"stats", "unhandled"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		var page []issue
		header, err := c.get(ctx, listIssues, "issues", query, &page)
		if err != nil {
			return nil, false, err
		}
		if page == nil { // no list is not an empty list
			return nil, false, errIncomplete(listIssues)
		}
		before := len(all)
		for _, i := range page {
			if !listed[i.ID] { // a new issue moves another to the next page
				all, listed[i.ID] = append(all, i), true
			}
		}
		if cursor = nextCursor(header); cursor == "" {
			return all, false, nil
		}
		if len(all) == before {
			break
		}
	}
	return all, true, nil
}
