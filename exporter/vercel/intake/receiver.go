package intake

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
)

// Options say what a receiver takes, from whom, and how much of it.
type Options struct {
	Drains      []Drain
	Secrets     *Secrets
	VerifyToken string // answered in x-vercel-verify; empty for no such answer
	MaxBody     int64  // bytes as received
	MaxInflated int64  // bytes without gzip
	MaxRequests int    // deliveries under way at once
	Logger      *slog.Logger
}

// Receiver is the HTTP side of all drains. What it holds in memory is at most MaxRequests times MaxBody, and MaxInflated, and
// what the drains make of that. It is safe for concurrent use.
type Receiver struct {
	*metrics

	options    Options
	drains     map[string]Drain // by path
	answers    map[Reason]answer
	underWay   chan struct{}
	held       atomic.Int64 // bytes of bodies
	workspaces workspaces
}

// New returns a receiver to which nothing was delivered yet.
func New(options Options) *Receiver {
	rc := &Receiver{
		options: options, drains: map[string]Drain{}, answers: answers(),
		underWay: make(chan struct{}, options.MaxRequests), metrics: newMetrics(options.Drains),
	}
	for _, drain := range options.Drains {
		rc.drains[drain.Path()] = drain
	}
	return rc
}

// ServeHTTP implements http.Handler.
func (rc *Receiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if rc.options.VerifyToken != "" { // Vercel looks for it in whichever answer it gets
		w.Header().Set("X-Vercel-Verify", rc.options.VerifyToken)
	}
	drain, found := rc.drains[r.URL.Path]
	switch {
	case !found:
		rc.refuse(w, "", ReasonPath)
	case r.Method == http.MethodPost:
		rc.post(w, r, drain)
	case rc.options.VerifyToken != "" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		rc.accept(w, JSON)
	default:
		w.Header().Set("Allow", rc.allowed())
		rc.refuse(w, drain.Name(), ReasonMethod)
	}
}

func (rc *Receiver) allowed() string {
	if rc.options.VerifyToken != "" {
		return "GET, HEAD, POST"
	}
	return "POST"
}

func (rc *Receiver) post(w http.ResponseWriter, r *http.Request, drain Drain) {
	defer func() {
		if cause := recover(); cause != nil {
			rc.survive(w, drain, cause)
		}
	}()
	signature, signed := signatureOf(r)
	if !signed && rc.options.VerifyToken != "" && greeting(r) {
		rc.accept(w, JSON)
		return
	}
	tally, form, reason := rc.take(r, drain, signature)
	if reason != none {
		rc.refuse(w, drain.Name(), reason)
		return
	}
	rc.took(drain.Name(), tally)
	rc.accept(w, form)
}

// accept answers what OTLP clients expect and other senders do not look at: a message without fields.
func (rc *Receiver) accept(w http.ResponseWriter, form Form) {
	if form == Protobuf {
		w.Header().Set("Content-Type", protobufMedia)
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Content-Type", jsonMedia)
	fmt.Fprint(w, "{}")
}

// refuse ends the connection, too: it may be a stranger's, with a body that nobody is going to read.
func (rc *Receiver) refuse(w http.ResponseWriter, drain string, reason Reason) {
	rc.refusals.WithLabelValues(drain, string(reason)).Inc()
	rc.options.Logger.Debug("refused a delivery", "drain", drain, "reason", string(reason))
	if reason == ReasonBusy {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Connection", "close")
	w.Header().Set("Content-Type", jsonMedia)
	w.WriteHeader(rc.answers[reason].status)
	_, _ = w.Write(rc.answers[reason].body) // a sender that is gone already gets no answer
}

// survive answers for a drain that panicked. What it panicked with may be of the request, so the log says only what
// kind of thing it was, and where.
func (rc *Receiver) survive(w http.ResponseWriter, drain Drain, cause any) {
	rc.options.Logger.Error("taking a delivery panicked; hint: this is a defect, report it with this line",
		"drain", drain.Name(), "kind", fmt.Sprintf("%T", cause), "at", place())
	rc.refuse(w, drain.Name(), ReasonInternal)
}
