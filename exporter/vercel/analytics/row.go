package analytics

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
)

// action is what is counted of a row: a page view, or an event.
type action struct {
	environment string
	view        bool

	route, device string // of a view

	event, category, paymentMethod string // of an event
	purchase                       *purchase
	found                          *float64 // results of a search
}

// purchase is what somebody paid, in major units of a currency.
type purchase struct {
	amount   float64
	currency string
}

// The events that have a number in them.
const (
	purchased = "purchase_completed"
	searched  = "search_performed"
)

// members are those of a row that are needed. Version 1 and 2 of the schema agree in them.
type members struct{ typ, name, data, path, route, device, environment loose.Value }

func (m *members) Field(name []byte) *loose.Value {
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

// reader is a rows.Reader.
type reader struct {
	row        loose.Row
	members    members
	properties properties
}

// Read implements rows.Reader.
func (r *reader) Read(text []byte, lists *bound.Lists) (action, error) {
	r.members, r.properties = members{}, properties{}
	if err := r.row.Begin(text, &r.members); err != nil {
		return action{}, err
	}
	a := action{environment: bound.Environment(string(r.row.Text(r.members.environment)))}
	switch string(r.row.Text(r.members.typ)) {
	case "pageview":
		r.readView(&a, lists)
	case "event":
		r.readEvent(&a, lists)
	case "":
		r.row.Reject(batch.Missing)
	default:
		r.row.Reject(batch.BadValue)
	}
	return a, r.row.Err()
}

func (r *reader) readView(a *action, lists *bound.Lists) {
	a.view = true
	a.device = bound.Device(string(r.row.Text(r.members.device)))
	a.route = lists.Routes.MatchPage(r.row.Text(r.members.route), r.row.Text(r.members.path))
}

func (r *reader) readEvent(a *action, lists *bound.Lists) {
	name := r.row.Text(r.members.name)
	if len(name) == 0 {
		r.row.Reject(batch.Missing)
		return
	}
	r.readProperties()
	a.event, a.category, a.paymentMethod = lists.Events.Custom(string(name),
		string(r.row.TextOrJSON(r.properties.category)), string(r.row.TextOrJSON(r.properties.paymentMethod)))
	switch a.event {
	case purchased:
		if amount, told := r.number(r.properties.amount, mostPaid); told {
			a.purchase = &purchase{amount: amount, currency: bound.Currency(string(r.row.TextOrJSON(r.properties.currency)))}
		}
	case searched:
		if results, told := r.number(r.properties.results, mostFound); told {
			a.found = &results
		}
	}
}
