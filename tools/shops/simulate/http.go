package simulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// endpoint is a route in an environment.
type endpoint struct {
	environment, method, route string
	requests                   float64  // mean per minute
	median                     float64  // duration in seconds
	labels                     string   // in text format
	buckets                    []string // series, by upper bound
}

const histogram = "marketplace_http_request_duration_seconds"

// bounds returns the upper bounds of the duration's buckets, as the exporter has them.
func bounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .2, .3, .5, .75, 1, 1.5, 2, 3, 5, 10, 30, math.Inf(1)}
}

func endpoints(shop Shop) []endpoint {
	attempts := shop.orders / (24 * 60) / (1 - shop.declines)
	routes := []endpoint{
		{method: "GET", route: "/api/prompts", requests: 0.4 * shop.requests, median: 0.1},
		{method: "GET", route: "/api/users/profile", requests: 0.15 * shop.requests, median: 0.05},
		{method: "GET", route: "other", requests: 0.38 * shop.requests, median: 0.08},
		{method: "POST", route: "/api/auth/login", requests: 0.05 * shop.requests, median: 0.06},
		{method: "POST", route: "/api/payments/charge", requests: attempts, median: 0.35},
		{method: "POST", route: "/api/prompts/upload", requests: 0.005 * shop.requests, median: 0.6},
		{method: "POST", route: "/api/webhooks/stripe", requests: 0.8 * attempts, median: 0.06},
		{method: "POST", route: "/api/webhooks/toss", requests: 0.2 * attempts, median: 0.06},
		// Developers try their changes in preview deployments, where much fails.
		{environment: "preview", method: "POST", route: "/api/auth/login", requests: 0.5, median: 0.06},
		{environment: "preview", method: "POST", route: "/api/payments/charge", requests: 0.5, median: 0.35},
	}
	for i := range routes {
		e := &routes[i]
		e.environment = cmp.Or(e.environment, "production")
		e.labels = fmt.Sprintf("{environment=%q,method=%q,route=%q", e.environment, e.method, e.route)
		for _, bound := range bounds() {
			e.buckets = append(e.buckets, fmt.Sprintf("%s_bucket%s,le=%q}", histogram, e.labels, labels.FormatOpenMetricsFloat(bound)))
		}
	}
	return routes
}

// serve counts the requests between two scrapes. Each exporter receives a part of them. While one
// is down, the other receives all.
func (s *Simulation) serve(at time.Time, c conditions, up []bool) {
	receivers := slices.DeleteFunc(slices.Clone(up), func(up bool) bool { return !up })
	for i, exporter := range s.exporters {
		if !up[i] {
			continue
		}
		rows := map[string]float64{}
		for _, e := range s.endpoints {
			if expected := s.expected(e, c); !c.drainsStopped {
				n := s.durations(exporter, e, c, expected/float64(len(receivers)))
				rows[e.environment] += n
				s.responses(exporter, e, c, n)
			}
		}
		s.deliver(at, exporter, rows)
	}
}

// expected returns the mean number of requests between two scrapes.
func (s *Simulation) expected(e endpoint, c conditions) float64 {
	requests := e.requests * Interval.Minutes()
	if (c.traffic == 0 || c.drainsStopped) && e.environment == "production" {
		s.affected += requests / float64(len(s.exporters))
	}
	switch {
	case e.environment == "preview":
		return requests
	case e.route == "/api/webhooks/"+c.webhooksLost:
		return 0
	case e.route == "other":
		return requests * c.traffic * (1 + c.bots)
	}
	return requests * c.traffic
}

// durations adds requests to the histogram and returns their number.
func (s *Simulation) durations(exporter *exporter, e endpoint, c conditions, expected float64) float64 {
	total, below := 0.0, 0.0
	for i, bound := range bounds() {
		// A cold start adds a second or more to the request.
		share := (1-c.coldStarts)*lognormal(bound, e.median*c.latency) + c.coldStarts*lognormal(bound, 1.2+e.median*c.latency)
		total += s.random.poisson(expected * (share - below))
		below = share
		exporter.add(e.buckets[i], total)
	}
	exporter.add(histogram+"_count"+e.labels+"}", total)
	exporter.add(histogram+"_sum"+e.labels+"}", total*e.median*c.latency)
	return total
}

// responses adds the status codes of n requests.
func (s *Simulation) responses(exporter *exporter, e endpoint, c conditions, n float64) {
	shares := map[string]float64{"500": c.errors, "504": 0.00002, "400": 0.004, "429": 0.001}
	switch {
	case e.environment == "preview":
		shares["500"] = 0.3
	case c.databaseDown:
		shares["500"] = 1
	}
	switch e.route {
	case "/api/auth/login":
		shares["500"] = max(shares["500"], c.loginErrors)
		shares["401"] = 0.14 // mistyped passwords
	case "/api/payments/charge":
		shares["500"] = max(shares["500"], c.chargeErrors)
	case "other":
		shares["404"] = (0.01 + c.bots) / (1 + c.bots)
	}
	if c.latency > 2 {
		s.affected += n
	}
	add := func(code string, count float64) {
		exporter.add(`marketplace_http_requests_total`+e.labels+`,code="`+code+`"}`, count)
	}
	environment := `{environment="` + e.environment + `"`
	for _, code := range []string{"500", "504", "400", "401", "404", "429"} {
		count := s.random.split(n, min(1, shares[code]))
		if code == "500" && shares[code] >= 0.05 && e.environment == "production" {
			s.affected += count
		}
		add(code, count)
		n -= count
		if code == "500" || code == "400" || code == "401" {
			exporter.add("marketplace_log_messages_total"+environment+`,level="error",source="lambda"}`, count)
		}
	}
	add("2xx", n)
	exporter.add("marketplace_function_crashes_total"+environment+`,route="`+e.route+`"}`, s.random.poisson(n*5e-6))
}

// deliver counts the rows of the drains and the requests in the log drain, by environment.
func (s *Simulation) deliver(at time.Time, exporter *exporter, rows map[string]float64) {
	all := 0.0
	for environment, n := range rows {
		all += n
		exporter.add(`marketplace_edge_requests_total{code="2xx",environment="`+environment+`",route="other",source="lambda"}`, n)
	}
	if all > 0 {
		exporter.lastRow = at
	}
	for _, drain := range []string{"traces", "logs"} {
		exporter.add(`marketplace_vercel_rows_total{drain="`+drain+`"}`, all)
		exporter.add(`marketplace_vercel_invalid_rows_total{reason="malformed",drain="`+drain+`"}`, 0)
		exporter.add(`marketplace_inbound_deliveries_total{sender="vercel",endpoint="`+drain+`"}`, min(all, 60))
		exporter.add(`marketplace_inbound_rejections_total{reason="signature",sender="vercel",endpoint="`+drain+`"}`, 0)
	}
	for _, host := range []string{"api.stripe.com", "api.tosspayments.com", "api.sendgrid.com"} {
		calls := s.random.split(min(all, 1000), 0.02)
		failed := s.random.split(calls, 0.002)
		series := `marketplace_outbound_requests_total{environment="production",host="` + host + `",outcome=`
		exporter.add(series+`"ok"}`, calls-failed)
		exporter.add(series+`"server_error"}`, failed)
	}
}
