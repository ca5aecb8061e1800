package drains

import (
	"encoding/json"
	"net/http"
	"time"
)

// line is what the application's logger wrote, as Winston's format.json makes it.
type line map[string]any

// lines are those of one request; the first tells of the request itself.
func (r request) lines() []line {
	switch {
	case r.source != lambda || r.status == crashed:
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

// completed has what latency is taken from where there are no traces.
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

func (r request) line(level, message string, more line) line {
	l := line{"level": level, "message": message, "timestamp": r.ended().UTC().Format(time.RFC3339Nano)}
	for key, value := range more {
		l[key] = value
	}
	return l
}

// MarshalText makes of the line a text in a row of the log drain.
func (l line) MarshalText() ([]byte, error) { return json.Marshal(map[string]any(l)) }
