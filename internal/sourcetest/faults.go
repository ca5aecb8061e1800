package sourcetest

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Fault is a way in which a service fails.
type Fault struct {
	Handler http.HandlerFunc
	Reason  failure.Reason
	Pause   time.Duration // without a request after the response
}

// Faults returns the faults by name. None of them is a valid response of any service.
func Faults() map[string]Fault {
	date := func(d time.Duration) func() string {
		return func() string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	}
	text := func(value string) func() string { return func() string { return value } }
	return map[string]Fault{
		"throttled for 2 minutes":            {rejected(429, text("120")), "throttled", 2 * time.Minute},
		"throttled until a date":             {rejected(429, date(5*time.Minute)), "throttled", 5*time.Minute - time.Second},
		"throttled until a past date":        {rejected(429, date(-time.Hour)), "throttled", time.Minute},
		"throttled for 30 years":             {rejected(429, text("946080000")), "throttled", time.Hour},
		"throttled until a date in 30 years": {rejected(429, date(30*365*24*time.Hour)), "throttled", time.Hour},
		"throttled for infinite time":        {rejected(429, text("1e999")), "throttled", time.Minute},
		"throttled for no number":            {rejected(429, text("NaN")), "throttled", time.Minute},
		"throttled for a negative time":      {rejected(429, text("-120")), "throttled", time.Minute},
		"throttled for an invalid time":      {rejected(429, text("soon")), "throttled", time.Minute},
		"throttled without a time":           {rejected(429, text("")), "throttled", time.Minute},
		"server error":                       {rejected(500, text("")), "unavailable", 0},
		"unavailable":                        {rejected(503, text("")), "unavailable", 0},
		"unavailable for 20 minutes":         {rejected(503, text("1200")), "unavailable", 20 * time.Minute},
		"HTML":                               {body("<html>planted</html>"), failure.Invalid, 0},
		"empty body":                         {body(""), failure.Invalid, 0},
		"empty object":                       {body("{}"), failure.Invalid, 0},
		"null":                               {body("null"), failure.Invalid, 0},
		"truncated JSON":                     {body(`{"data":[{"id":"planted`), failure.Invalid, 0},
		"connection closed in the body":      {truncated, failure.Unreachable, 0},
		"connection closed":                  {closed, failure.Unreachable, 0},
		"endless body":                       {endless, failure.Invalid, 0},
		"one byte per second":                {drip, failure.Timeout, 0},
		"no response":                        {hang, failure.Timeout, 0},
		"redirect loop":                      {redirect, failure.Invalid, 0},
	}
}

func rejected(code int, retryAfter func() string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if value := retryAfter(); value != "" {
			w.Header().Set("Retry-After", value)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, "planted")
	}
}

func body(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, `{"data":`)
}

func closed(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

func endless(w http.ResponseWriter, r *http.Request) {
	chunk := strings.Repeat(" ", 1<<16)
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, chunk); err != nil {
			return
		}
	}
}

func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = io.WriteString(w, " ")
		_ = http.NewResponseController(w).Flush() // fails with the connection, which ends the context
		select {
		case <-time.After(time.Second):
		case <-r.Context().Done():
		}
	}
}

func hang(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // the server notices a closed connection once it has read the body
	<-r.Context().Done()
}

func redirect(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Location", r.URL.Path)
	w.WriteHeader(http.StatusTemporaryRedirect)
}
