package analytics

import (
	"github.com/aimarketplace/monitoring/exporter/vercel/batch"
	"github.com/aimarketplace/monitoring/exporter/vercel/bound"
	"github.com/aimarketplace/monitoring/exporter/vercel/loose"
	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

// action is what is counted of a row: a page view, or an event. Nothing in it points into the delivery.
type action struct {
	key         seen.Key
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

// reader reads rows with the same memory.
type reader struct {
	objects    loose.Reader
	members    members
	properties properties
	texts      loose.Texts
	reason     batch.Reason // why the row at hand is bad
}

// read returns what a row tells, or a batch.RowError.
func (r *reader) read(text []byte, lists *bound.Lists) (action, error) {
	r.texts.Reset()
	r.members, r.properties, r.reason = members{}, properties{}, ""
	if _, err := r.objects.Object(text, &r.members); err != nil {
		return action{}, batch.Rejected(batch.Malformed)
	}
	a := action{environment: bound.Environment(string(r.text(r.members.environment)))}
	switch string(r.text(r.members.typ)) {
	case "pageview":
		r.readView(&a, lists)
	case "event":
		r.readEvent(&a, lists)
	case "":
		r.reject(batch.Missing)
	default:
		r.reject(batch.BadValue)
	}
	if r.reason != "" {
		return action{}, batch.Rejected(r.reason)
	}
	return a, nil
}

func (r *reader) readView(a *action, lists *bound.Lists) {
	a.view = true
	a.device = bound.Device(string(r.text(r.members.device)))
	a.route = bound.Other
	for _, place := range [][]byte{r.text(r.members.route), r.text(r.members.path)} {
		if a.route == bound.Other && len(place) > 0 { // no path is not that of the front page
			a.route = lists.Routes.Match(string(place))
		}
	}
}

func (r *reader) readEvent(a *action, lists *bound.Lists) {
	name := r.text(r.members.name)
	if len(name) == 0 {
		r.reject(batch.Missing)
		return
	}
	r.readProperties()
	a.event, a.category, a.paymentMethod = lists.Events.Custom(string(name),
		string(r.property(r.properties.category)), string(r.property(r.properties.paymentMethod)))
	switch a.event {
	case purchased:
		if amount, told := r.number(r.properties.amount, mostPaid); told {
			a.purchase = &purchase{amount: amount, currency: bound.Currency(string(r.property(r.properties.currency)))}
		}
	case searched:
		if results, told := r.number(r.properties.results, mostFound); told {
			a.found = &results
		}
	}
}

func (r *reader) text(v loose.Value) []byte {
	text, ok := r.texts.Of(v)
	if !ok {
		r.reject(batch.WrongType)
	}
	return text
}

// reject keeps the first reason.
func (r *reader) reject(reason batch.Reason) {
	if r.reason == "" {
		r.reason = reason
	}
}
