package drains

import (
	"encoding/json"
	"maps"
	"net/http"
	"time"
)

// line is a line of the application's logger, in Winston's JSON format.
type line map[string]any

// MarshalText encodes the line as JSON in a string, as rows of the log drain have it.
func (l line) MarshalText() ([]byte, error) { return json.Marshal(map[string]any(l)) }

// lines returns the lines of a request; the first one describes the request itself.
func (r request) lines() []line {
	switch {
	case !r.traced():
		return nil
	case r.page:
		return []line{r.line("debug", "Page rendered", nil)}
	}
	lines := []line{r.completed()}
	switch {
	case r.route == loginRoute && r.status == http.StatusOK:
		lines = append(lines, r.line("info", "User logged in", line{"userId": r.user}))
	case r.status == http.StatusTooManyRequests:
		lines = append(lines, r.line("warn", "Rate limit approached", line{"ip": r.ip, "requests": 95}))
	case r.route == chargeRoute && r.status == http.StatusPaymentRequired:
		lines = append(lines, r.line("error", "Payment failed", line{"error": "card_declined", "orderId": "c" + r.trace[:24], "userId": r.user}))
	}
	return lines
}

// completed has the duration, from which the exporter measures latency where there are no traces.
func (r request) completed() line {
	level, message := "info", "Request completed"
	if r.status >= http.StatusInternalServerError {
		level, message = "error", "Request failed"
	}
	return r.line(level, message, line{
		"method": r.method, "route": r.route, "path": r.path, "status": r.status,
		"durationMs": float64(r.took.Microseconds()) / 1000,
	})
}

func (r request) line(level, message string, fields line) line {
	l := line{"level": level, "message": message, "timestamp": r.ended().UTC().Format(time.RFC3339Nano)}
	maps.Copy(l, fields)
	return l
}
