package sentry

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// The operations, as values of the label.
const (
	listIssues   = "list_issues"
	readStats    = "read_stats"
	readSessions = "read_sessions"
	readEvents   = "read_events"
)

// maxBody is in bytes. A page of 100 issues has about 500 kB.
const maxBody = 16 << 20

// client calls the API of one organization.
type client struct {
	transport    *api.Transport
	token        *api.Token // nil: not polled
	url          *url.URL
	organization string
	projects     []string
	environment  string
}

// get requests a resource of the organization.
func (c *client) get(ctx context.Context, operation, resource string, query url.Values, result any) (http.Header, error) {
	if err := c.transport.Wait(ctx); err != nil {
		return nil, err
	}
	for _, project := range c.projects {
		query.Add("project", project)
	}
	if len(c.projects) == 0 {
		query.Set("project", "-1") // all that the token may read
	}
	if c.environment != "" && operation != readStats {
		query.Set("environment", c.environment)
	}
	// JoinPath removes the slash at the end, without which Sentry redirects.
	u := c.url.JoinPath("api", "0", "organizations", c.organization, resource+"/")
	u.RawQuery = query.Encode()
	return c.transport.GetJSON(ctx, operation, u, c.token.Authorize, result)
}

// errIncomplete is the failure of a JSON response without the documented list.
func errIncomplete(operation string) error {
	return failure.New(failure.Invalid, errors.New("requesting "+operation+": the response has no list"))
}

// nextCursor returns the cursor of the next page, or "" on the last one. The header Link always has
// a next link; results="false" marks the end.
func nextCursor(header http.Header) string {
	for link := range strings.SplitSeq(header.Get("Link"), ",") {
		if !strings.Contains(link, `rel="next"`) || !strings.Contains(link, `results="true"`) {
			continue
		}
		if _, after, ok := strings.Cut(link, `cursor="`); ok {
			cursor, _, _ := strings.Cut(after, `"`)
			return cursor
		}
	}
	return ""
}
