package uptimerobot

import (
	"context"
	"net/url"
	"regexp"

	"github.com/aimarketplace/monitoring/exporter/api"
)

const operationList = "list_monitors"

// maxBody is in bytes. A monitor of v3 with its histogram has about 10 kB.
const maxBody = 8 << 20

// maxPages limits the requests of a poll.
const maxPages = 10

// oldKey matches the keys of v2: main keys and read-only keys.
const oldKey = `^ur?\d+-[0-9a-f]+$`

type client struct {
	transport *api.Transport
	key       *api.Token
	url       *url.URL
	version   string
	max       int // monitors
}

// list returns the monitors of all pages, and how many more there are at least: zero if all were
// returned.
func (c *client) list(ctx context.Context) (monitors []monitor, dropped int, err error) {
	next, listed := "", map[string]bool{}
	for range maxPages {
		if err := c.transport.Wait(ctx); err != nil {
			return nil, 0, err
		}
		p, err := c.page(ctx, next)
		if err != nil {
			return nil, 0, err
		}
		before := len(monitors)
		for _, m := range p.monitors {
			if !listed[m.id] { // a monitor that is added meanwhile moves another to the next page
				monitors, listed[m.id] = append(monitors, m), true
			}
		}
		if next = p.next; next == "" || len(monitors) > c.max || len(monitors) == before { // a repeated page
			break
		}
	}
	if over := len(monitors) - c.max; over > 0 {
		return monitors[:c.max], over, nil
	}
	if next != "" {
		dropped = 1
	}
	return monitors, dropped, nil
}

func (c *client) page(ctx context.Context, next string) (page, error) {
	if c.version == v2 || c.version == auto && regexp.MustCompile(oldKey).MatchString(c.key.Value()) {
		return c.listV2(ctx, next)
	}
	return c.listV3(ctx, next)
}
