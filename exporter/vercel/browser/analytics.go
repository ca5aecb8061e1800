package browser

import (
	"github.com/aimarketplace/monitoring/exporter/metric"
	"github.com/aimarketplace/monitoring/exporter/vercel/allow"
	"github.com/aimarketplace/monitoring/exporter/vercel/row"
	"github.com/prometheus/client_golang/prometheus"
)

// Analytics is the drain of Web Analytics: a row.Handler, and the prometheus.Collector of its
// metrics.
type Analytics struct {
	*drain[action]
	metric.Collectors

	views, events, amounts *prometheus.CounterVec
	results                *prometheus.HistogramVec

	environments allow.Initializer[string]
}

// NewAnalytics returns a drain without rows.
func NewAnalytics(options row.Options) *Analytics {
	a := &Analytics{
		views: metric.NewCounterVec("marketplace_page_views_total", "Page views, by route and kind of device.",
			"environment", "route", "device"),
		events: metric.NewCounterVec("marketplace_events_total", "Custom events, with the properties that --vercel.events-file allows.",
			"environment", "event", "category", "payment_method"),
		amounts: metric.NewCounterVec("marketplace_purchase_amount_total", "Amounts of purchase_completed events, in major units of the currency.",
			"environment", "payment_method", "currency"),
		results: metric.NewHistogramVec("marketplace_search_results", "Results of a search. The bucket le=\"0\" counts searches without results.",
			[]float64{0, 1, 5, 10, 25, 50, 100}, "environment"),
	}
	a.Collectors = metric.Collectors{a.views, a.events, a.amounts, a.results}
	a.drain = newDrain(options, row.Analytics, newActionReader, a.count)
	return a
}

func (a *Analytics) count(row action, lists *allow.Lists) {
	a.environments.Ensure(row.environment, lists, func(environment string) { a.initialize(environment, lists.Events) })
	if row.isView {
		a.views.WithLabelValues(row.environment, row.route, row.device).Inc()
		return
	}
	a.events.WithLabelValues(row.environment, row.event, row.category, row.paymentMethod).Inc()
	if row.currency != "" {
		a.amounts.WithLabelValues(row.environment, row.paymentMethod, row.currency).Add(row.amount)
	}
	if row.results != nil {
		a.results.WithLabelValues(row.environment).Observe(*row.results)
	}
}

// initialize creates the series of all listed events.
func (a *Analytics) initialize(environment string, events *allow.Events) {
	a.results.WithLabelValues(environment)
	for name, e := range events.CustomSeries() {
		metric.Initialize(a.events, []string{environment}, []string{name}, e.Category, e.PaymentMethod)
		if name == purchaseEvent { // in the monitoring guide, it has no currency
			metric.Initialize(a.amounts, []string{environment}, e.PaymentMethod, append(allow.Currencies(), allow.Other, allow.Unknown))
		}
	}
}

// action is a decoded row: a page view or a custom event.
type action struct {
	environment string
	isView      bool

	route, device string // of a page view

	event, category, paymentMethod string // of a custom event
	currency                       string // of a purchase; empty without an amount
	amount                         float64
	results                        *float64 // of a search
}

// The events that contain a number.
const (
	purchaseEvent = "purchase_completed"
	searchEvent   = "search_performed"
)

// actionReader decodes rows of versions 1 and 2 of the schema.
type actionReader struct {
	row.Reader
	fields     row.Fields
	properties row.Fields // of an event
}

func newActionReader() reader[action] {
	r := &actionReader{
		fields:     row.NewFields("eventType", "eventName", "eventData", "path", "route", "deviceType", "vercelEnvironment"),
		properties: row.NewFields("category", "paymentMethod", "amount", "currency", "resultsCount"),
	}
	// The monitoring guide and the database spell these properties differently.
	r.properties["payment_method"] = r.properties["paymentMethod"]
	r.properties["results_count"] = r.properties["resultsCount"]
	return r
}

func (r *actionReader) read(text []byte, lists *allow.Lists) (action, row.Reason) {
	r.Begin(text, r.fields)
	a := action{environment: allow.Environment(string(r.Text(*r.fields["vercelEnvironment"])))}
	switch string(r.Text(*r.fields["eventType"])) {
	case "pageview":
		r.readView(&a, lists)
	case "event":
		r.readEvent(&a, lists)
	case "":
		r.Reject(row.Missing)
	default:
		r.Reject(row.BadValue)
	}
	return a, r.Reason()
}

func (r *actionReader) readView(a *action, lists *allow.Lists) {
	a.isView = true
	a.device = allow.Device(string(r.Text(*r.fields["deviceType"])))
	a.route = lists.Routes.Resolve([]string{string(r.Text(*r.fields["route"]))}, string(r.Text(*r.fields["path"])))
}

func (r *actionReader) readEvent(a *action, lists *allow.Lists) {
	name := r.Text(*r.fields["eventName"])
	if len(name) == 0 {
		r.Reject(row.Missing)
		return
	}
	r.readProperties()
	a.event, a.category, a.paymentMethod = lists.Events.Custom(string(name),
		string(r.TextOrJSON(*r.properties["category"])), string(r.TextOrJSON(*r.properties["paymentMethod"])))
	switch a.event {
	case purchaseEvent:
		if amount, present := r.quantity(*r.properties["amount"]); present {
			a.amount, a.currency = amount, allow.Currency(string(r.TextOrJSON(*r.properties["currency"])))
		}
	case searchEvent:
		if results, present := r.quantity(*r.properties["resultsCount"]); present {
			a.results = &results
		}
	}
}

// maxQuantity is above every real amount, in any currency, and every number of search results.
// Browsers can send any number.
const maxQuantity = 1e9

// readProperties decodes eventData, which is an object or the text of an object. An event without
// properties is valid.
func (r *actionReader) readProperties() {
	data := *r.fields["eventData"]
	if data.Kind() != '{' {
		data = r.Text(data)
	}
	if !r.Object(data, r.properties) {
		r.Reject(row.BadValue)
	}
}

// quantity returns a number that is not negative, and whether it is present.
func (r *actionReader) quantity(v row.Value) (number float64, present bool) {
	number, present = r.Number(v)
	if present && (number < 0 || number > maxQuantity) {
		r.Reject(row.BadValue)
	}
	return number, present
}
