package browser

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
)

// Analytics is the drain of Web Analytics: a row.Handler, and the prometheus.Collector of its
// metrics.
type Analytics struct {
	*drain[action]
	*analyticsMetrics
}

// NewAnalytics returns a drain without rows.
func NewAnalytics(options Options) *Analytics {
	m := newAnalyticsMetrics()
	return &Analytics{
		analyticsMetrics: m,
		drain:            newDrain(options, "vercel.analytics", func() reader[action] { return &actionReader{} }, m.count),
	}
}

// action is a decoded row: a page view or a custom event.
type action struct {
	environment string
	isView      bool

	route, device string // of a page view

	event, category, paymentMethod string // of a custom event
	purchase                       *purchase
	results                        *float64 // of a search
}

// purchase is a payment, in major units of its currency.
type purchase struct {
	amount   float64
	currency string
}

// The events that contain a number.
const (
	purchaseEvent = "purchase_completed"
	searchEvent   = "search_performed"
)

// actionMembers have the same names in versions 1 and 2 of the schema.
type actionMembers struct{ typ, name, data, path, route, device, environment row.Value }

// Field implements row.Fields.
func (m *actionMembers) Field(name []byte) *row.Value {
	switch string(name) {
	case "eventType":
		return &m.typ
	case "eventName":
		return &m.name
	case "eventData":
		return &m.data
	case "path":
		return &m.path
	case "route":
		return &m.route
	case "deviceType":
		return &m.device
	case "vercelEnvironment":
		return &m.environment
	}
	return nil
}

type actionReader struct {
	row.Reader
	members    actionMembers
	properties properties
}

func (r *actionReader) read(text []byte, lists *allow.Lists) (action, error) {
	r.members, r.properties = actionMembers{}, properties{}
	if err := r.Begin(text, &r.members); err != nil {
		return action{}, err
	}
	a := action{environment: allow.Environment(string(r.Text(r.members.environment)))}
	switch string(r.Text(r.members.typ)) {
	case "pageview":
		r.readView(&a, lists)
	case "event":
		r.readEvent(&a, lists)
	case "":
		r.Reject(row.Missing)
	default:
		r.Reject(row.BadValue)
	}
	return a, r.Err()
}

func (r *actionReader) readView(a *action, lists *allow.Lists) {
	a.isView = true
	a.device = allow.Device(string(r.Text(r.members.device)))
	a.route = lists.Routes.MatchPage(r.Text(r.members.route), r.Text(r.members.path))
}

func (r *actionReader) readEvent(a *action, lists *allow.Lists) {
	name := r.Text(r.members.name)
	if len(name) == 0 {
		r.Reject(row.Missing)
		return
	}
	r.readProperties()
	a.event, a.category, a.paymentMethod = lists.Events.Custom(string(name),
		string(r.TextOrJSON(r.properties.category)), string(r.TextOrJSON(r.properties.paymentMethod)))
	switch a.event {
	case purchaseEvent:
		if amount, present := r.quantity(r.properties.amount); present {
			a.purchase = &purchase{amount: amount, currency: allow.Currency(string(r.TextOrJSON(r.properties.currency)))}
		}
	case searchEvent:
		if results, present := r.quantity(r.properties.results); present {
			a.results = &results
		}
	}
}
