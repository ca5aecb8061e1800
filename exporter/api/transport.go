package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// The reasons of an API beyond the shared ones.
const (
	ReasonThrottled   failure.Reason = "throttled"   // the service rejects requests until a limit is reset
	ReasonUnavailable failure.Reason = "unavailable" // the service responded with a server error
)

// maxPause limits how long a service can pause the requests to it.
const maxPause = time.Hour

// defaultPause is the pause after a rejection that does not state one.
const defaultPause = time.Minute

// Transport is the http.RoundTripper of one API. It is safe for concurrent use.
type Transport struct {
	*metrics
	next    http.RoundTripper
	maxBody int64 // bytes of a response

	mu     sync.Mutex
	paused time.Time      // the end of the pause that the service asked for
	reason failure.Reason // of the pause
}

// New returns a transport whose metrics are named after the source. maxBody is in bytes.
// The operations are the values that callers pass to [WithOperation].
func New(source string, maxBody int64, operations ...string) *Transport {
	// A proxy from the environment applies, as in every Go program.
	next := http.DefaultTransport.(*http.Transport).Clone()
	next.MaxIdleConnsPerHost = 1
	return &Transport{metrics: newMetrics(source, operations), next: next, maxBody: maxBody}
}

// RoundTrip implements http.RoundTripper. During a pause it fails without a request.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	operation, _ := request.Context().Value(operationKey{}).(string)
	if pause, reason := t.pause(); pause > 0 {
		t.count(operation, outcomePaused)
		return nil, failure.New(reason, fmt.Errorf("no request for another %s, as the service asked", pause.Round(time.Second)))
	}
	request = request.Clone(request.Context())
	request.Header.Set("User-Agent", cmp.Or(request.Header.Get("User-Agent"), "marketplace_exporter"))
	started := time.Now()
	response, err := t.next.RoundTrip(request)
	t.observe(operation, time.Since(started))
	if err != nil {
		t.count(operation, outcomeNoResponse)
		return nil, failure.New(reasonOf(err), err)
	}
	t.count(operation, outcomeOf(response.StatusCode))
	t.pauseAsAsked(response)
	response.Body = &limitedBody{ReadCloser: response.Body, left: t.maxBody}
	return response, nil
}

// maxWait limits how long Wait waits: the limits of services are reset within seconds, or last long.
const maxWait = 30 * time.Second

// Wait waits for the end of a short pause. It does not wait for a pause that is long or outlasts
// the deadline of ctx: the next request fails instead.
func (t *Transport) Wait(ctx context.Context) error {
	pause, _ := t.pause()
	deadline, limited := ctx.Deadline()
	if pause > maxWait || limited && time.Until(deadline) < pause {
		return nil
	}
	select {
	case <-ctx.Done():
		return failure.New(failure.Timeout, ctx.Err())
	case <-time.After(pause):
		return nil
	}
}

func (t *Transport) pause() (time.Duration, failure.Reason) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return time.Until(t.paused), t.reason
}

func (t *Transport) pauseAsAsked(response *http.Response) {
	pause := pauseOf(response, time.Now())
	if pause <= 0 {
		return
	}
	reason := ReasonThrottled
	if response.StatusCode == http.StatusServiceUnavailable {
		reason = ReasonUnavailable
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.paused, t.reason = time.Now().Add(min(pause, maxPause)), reason
}

// pauseOf returns how long the service asks its clients to wait: by Retry-After if it rejected the
// request, and by the reset of a limit that is used up.
func pauseOf(response *http.Response, now time.Time) time.Duration {
	var pause time.Duration
	rejected := response.StatusCode == http.StatusTooManyRequests
	if rejected || response.StatusCode == http.StatusServiceUnavailable {
		pause = retryAfter(response.Header.Get("Retry-After"), now)
	}
	for _, prefix := range []string{"X-Sentry-Rate-Limit", "X-RateLimit"} { // Sentry's and UptimeRobot's
		reset, err := strconv.ParseFloat(response.Header.Get(prefix+"-Reset"), 64) // Unix time
		if err == nil && (rejected || response.Header.Get(prefix+"-Remaining") == "0") {
			pause = max(pause, time.Unix(int64(reset), 0).Sub(now))
		}
	}
	if rejected && pause <= 0 {
		return defaultPause
	}
	return pause
}

// retryAfter parses a number of seconds or an HTTP date. See RFC 9110, section 10.2.3.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		return time.Duration(min(seconds, maxPause.Seconds()) * float64(time.Second))
	}
	if date, err := http.ParseTime(value); err == nil {
		return date.Sub(now)
	}
	return 0
}

// StatusError returns the failure that the status code of a response stands for.
func StatusError(response *http.Response) error {
	reason := failure.Invalid
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		reason = failure.Authentication
	case code == http.StatusForbidden:
		reason = failure.PermissionDenied
	case code == http.StatusTooManyRequests:
		reason = ReasonThrottled
	case code >= http.StatusInternalServerError:
		reason = ReasonUnavailable
	}
	return failure.New(reason, fmt.Errorf("the service responded with status %d", response.StatusCode))
}

func reasonOf(err error) failure.Reason {
	timeout, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err)
	if errors.Is(err, context.DeadlineExceeded) || ok && timeout.Timeout() {
		return failure.Timeout
	}
	return failure.Unreachable
}

// limitedBody fails instead of ending at its limit, so that a truncated response is never decoded.
type limitedBody struct {
	io.ReadCloser
	left int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return n, failure.New(failure.Invalid, errors.New("the response exceeds the size limit"))
	}
	if err != nil && err != io.EOF { //nolint:errorlint // readers return io.EOF itself
		err = failure.New(reasonOf(err), err)
	}
	return n, err
}
