package api

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

// The outcomes of requests.
const (
	outcomeOK          = "ok"           // 2xx and 3xx
	outcomeClientError = "client_error" // 4xx other than 429
	outcomeThrottled   = "throttled"    // 429
	outcomeServerError = "server_error" // 5xx
	outcomeNoResponse  = "no_response"
	outcomePaused      = "paused" // not sent, because the service asked for a pause
)

func outcomeOf(code int) string {
	switch {
	case code == 429:
		return outcomeThrottled
	case code >= 500:
		return outcomeServerError
	case code >= 400:
		return outcomeClientError
	}
	return outcomeOK
}

type metrics struct {
	metric.Collectors
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
}

func newMetrics(source string, operations []string) *metrics {
	prefix := "marketplace_" + source + "_api_"
	m := &metrics{
		requests: metric.NewCounterVec(prefix+"requests_total", "Requests of the exporter to the API, by outcome.", "operation", "outcome"),
		duration: metric.NewHistogramVec(prefix+"request_duration_seconds",
			"Duration of the exporter's requests to the API until the headers of the response.",
			[]float64{.1, .25, .5, 1, 2.5, 5, 10, 30}, "operation"),
	}
	m.Collectors = metric.Collectors{m.requests, m.duration}
	metric.Initialize(m.requests, operations,
		[]string{outcomeOK, outcomeClientError, outcomeThrottled, outcomeServerError, outcomeNoResponse, outcomePaused})
	metric.Initialize(m.duration, operations)
	return m
}

func (m *metrics) count(operation, outcome string) {
	m.requests.WithLabelValues(operation, outcome).Inc()
}

func (m *metrics) observe(operation string, took time.Duration) {
	m.duration.WithLabelValues(operation).Observe(took.Seconds())
}
