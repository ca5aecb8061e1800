package allow

import (
	"strconv"
	"strings"

	"github.com/aimarketplace/monitoring/exporter/metric"
)

const (
	// Other replaces every value that is on no list.
	Other = metric.Other

	// Unknown replaces a missing value, where its absence matters.
	Unknown = "unknown"
)

// Environment limits where a request ran. A row without an environment has an empty label, which
// Prometheus treats as absent: with honor_labels, the label of the target replaces it.
func Environment(name string) string {
	return metric.Among(name, "", "production", "preview")
}

// Method limits an HTTP method.
func Method(name string) string {
	return metric.Among(strings.ToUpper(name), "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
}

// ErrorCodes returns the values of [Code] that are errors. Their series are initialized with the
// first request of an endpoint.
func ErrorCodes() []string {
	return []string{"400", "401", "403", "404", "422", "429", "4xx", "500", "502", "503", "504", "508", "5xx"}
}

// Code limits an HTTP status: codes of interest stay as they are, others become their class, and an
// invalid status becomes [Unknown].
func Code(status int) string {
	switch status {
	case 400, 401, 403, 404, 422, 429, 500, 502, 503, 504, 508:
		return strconv.Itoa(status)
	}
	if status < 100 || status > 599 {
		return Unknown
	}
	return [...]string{"1xx", "2xx", "3xx", "4xx", "5xx"}[status/100-1]
}

// Device limits the kind of device that a browser runs on.
func Device(name string) string {
	return metric.Among(strings.ToLower(name), "desktop", "mobile", "tablet")
}

// Vital limits the name of a web vital.
func Vital(name string) string { return metric.Among(name, "LCP", "FCP", "TTFB", "FID", "INP", "CLS") }

// LogSource limits the part of Vercel that wrote a log row.
func LogSource(name string) string {
	return metric.Among(name, "build", "edge", "lambda", "static", "external", "firewall", "redirect")
}

// FirewallActions returns the values of [FirewallAction] except [Other].
func FirewallActions() []string { return []string{"log", "challenge", "deny", "bypass", "rate_limit"} }

// FirewallAction limits what the firewall did with a request.
func FirewallAction(name string) string { return metric.Among(name, FirewallActions()...) }

// Currency limits an ISO 4217 code.
func Currency(code string) string {
	if code == "" {
		return Unknown
	}
	return metric.Among(strings.ToUpper(code), Currencies()...)
}

// Currencies returns the values of [Currency] except [Other] and [Unknown].
func Currencies() []string { return []string{"KRW", "USD", "EUR"} }

// Level maps the levels of Vercel (info, warning, error, fatal), of Winston (npm's names, from
// error to silly) and of pino (numbers) to [Levels].
func Level(name string) string {
	switch strings.ToLower(name) {
	case "fatal", "60":
		return "fatal"
	case "error", "50":
		return "error"
	case "warn", "warning", "40":
		return "warn"
	case "info", "30":
		return "info"
	case "debug", "http", "verbose", "silly", "trace", "10", "20":
		return "debug"
	}
	return Unknown
}

// Levels returns the values of [Level].
func Levels() []string { return []string{"fatal", "error", "warn", "info", "debug", Unknown} }
