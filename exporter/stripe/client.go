package stripe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	stripego "github.com/stripe/stripe-go/v86"

	"github.com/aimarketplace/monitoring/exporter/api"
	"github.com/aimarketplace/monitoring/exporter/failure"
	"github.com/aimarketplace/monitoring/exporter/metric"
)

// The operations, as values of the label.
const (
	listUndelivered = "list_undelivered_events"
	listSucceeded   = "list_succeeded_payments"
	listEndpoints   = "list_webhook_endpoints"
	readBalance     = "read_balance"
)

// maxBody is in bytes. A page of 100 events has about 500 kB.
const maxBody = 16 << 20

// pageSize is the maximum of Stripe's lists.
const pageSize = 100

// succeededType is the event of a payment that succeeded.
const succeededType = "payment_intent.succeeded"

// client calls Stripe's API. The library neither retries nor logs: the transport pauses, and the
// source logs its failures.
type client struct {
	transport *api.Transport
	key       *api.Token // nil: not polled
	url       *url.URL
	backends  *stripego.Backends
	maxPages  int
}

func newClient(config Config, key *api.Token) *client {
	c := &client{
		transport: api.New("stripe", maxBody, listUndelivered, listSucceeded, listEndpoints, readBalance),
		key:       key, url: config.URL, maxPages: config.MaxPages,
	}
	c.backends = stripego.NewBackendsWithConfig(&stripego.BackendConfig{
		URL:               stripego.String(config.URL.String()),
		HTTPClient:        &http.Client{Transport: rejecting{c.transport}},
		MaxNetworkRetries: stripego.Int64(0),
		EnableTelemetry:   stripego.Bool(false),
		LeveledLogger:     &stripego.LeveledLogger{Level: stripego.LevelNull},
	})
	return c
}

// api returns a client with the current key.
func (c *client) api() *stripego.Client {
	return stripego.NewClient(c.key.Value(), stripego.WithBackends(c.backends))
}

// undelivered returns the events of the last 30 days that an endpoint has not accepted, the newest
// first, and whether there are more.
func (c *client) undelivered(ctx context.Context) ([]*stripego.Event, bool, error) {
	return c.events(ctx, listUndelivered, &stripego.EventListParams{DeliverySuccess: stripego.Bool(false)})
}

// succeeded returns the events of successful payments since a time, the newest first, before the
// event with the ID after unless it is empty. It reports whether there are more.
func (c *client) succeeded(ctx context.Context, since time.Time, after string) ([]*stripego.Event, bool, error) {
	params := &stripego.EventListParams{
		Type: stripego.String(succeededType), CreatedRange: &stripego.RangeQueryParams{GreaterThanOrEqual: since.Unix()},
	}
	if after != "" {
		params.StartingAfter = stripego.String(after)
	}
	return c.events(ctx, listSucceeded, params)
}

func (c *client) events(ctx context.Context, operation string, params *stripego.EventListParams) ([]*stripego.Event, bool, error) {
	params.Limit = stripego.Int64(pageSize)
	return pages(c, operation, &params.ListParams, func(e *stripego.Event) string { return e.ID }, func() *stripego.V1List[*stripego.Event] {
		return c.api().V1Events.List(api.WithOperation(ctx, operation), params)
	})
}

// endpoints returns the number of webhook endpoints by status.
func (c *client) endpoints(ctx context.Context) (map[string]int, error) {
	params := &stripego.WebhookEndpointListParams{}
	params.Limit = stripego.Int64(pageSize)
	id := func(e *stripego.WebhookEndpoint) string { return e.ID }
	endpoints, _, err := pages(c, listEndpoints, &params.ListParams, id, func() *stripego.V1List[*stripego.WebhookEndpoint] {
		return c.api().V1WebhookEndpoints.List(api.WithOperation(ctx, listEndpoints), params)
	})
	if err != nil {
		return nil, err
	}
	byStatus := map[string]int{"enabled": 0, "disabled": 0}
	for _, endpoint := range endpoints {
		byStatus[metric.Among(endpoint.Status, "enabled", "disabled")]++
	}
	return byStatus, nil
}

// pages requests pages until the list ends, a page adds nothing, or the maximum number of pages is
// reached. It reports whether there is more. The library's iterator would request a list without
// an end, and an empty page that has more, until the deadline.
func pages[T any](
	c *client, operation string, params *stripego.ListParams, id func(T) string, list func() *stripego.V1List[T],
) (all []T, more bool, err error) {
	listed := map[string]bool{}
	for range c.maxPages {
		page := list()
		if err := page.Err(); err != nil {
			return nil, false, classify(operation, err)
		}
		if page.Data() == nil { // no list is not an empty list
			return nil, false, classify(operation, errors.New("no list"))
		}
		before := len(all)
		for _, object := range page.Data() {
			if !listed[id(object)] {
				all, listed[id(object)] = append(all, object), true
			}
		}
		if more = page.Meta().HasMore; !more || len(all) == before {
			break
		}
		params.StartingAfter = stripego.String(id(all[len(all)-1]))
	}
	return all, more, nil
}

func (c *client) balance(ctx context.Context) (*stripego.Balance, error) {
	balance, err := c.api().V1Balance.Retrieve(api.WithOperation(ctx, readBalance), &stripego.BalanceRetrieveParams{})
	if err == nil && balance.Object != "balance" {
		err = errors.New("another object")
	}
	return balance, classify(readBalance, err)
}

// list requests one object of a list that the exporter does not poll, to test the permission.
func (c *client) list(ctx context.Context, path string) error {
	u := c.url.JoinPath("v1", path)
	u.RawQuery = url.Values{"limit": {"1"}}.Encode()
	var page struct{ Object string }
	_, err := c.transport.GetJSON(ctx, "list_"+path, u, c.key.Authorize, &page)
	return err
}

// rejecting turns every response but a success into a failure, before the library decodes an error
// message that may quote the key, or fails to. It follows no redirect.
type rejecting struct{ next http.RoundTripper }

func (r rejecting) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(request)
	if err != nil || response.StatusCode == http.StatusOK {
		return response, err
	}
	_ = response.Body.Close() // not needed
	return nil, api.StatusError(response)
}

// classify returns an error with a reason, without texts of Stripe.
func classify(operation string, err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*failure.Error](err); ok {
		return fmt.Errorf("requesting %s: %w", operation, known)
	}
	return failure.New(failure.Invalid, errors.New("requesting "+operation+": the response is not the documented JSON"))
}
