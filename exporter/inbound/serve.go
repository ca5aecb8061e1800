package inbound

import (
	"fmt"
	"net/http"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e, found := s.endpoints[r.URL.Path]
	if !found {
		s.reject(w, &Endpoint{}, ReasonPath)
		return
	}
	if e.Handshake != nil {
		w.Header().Set(e.Handshake.Header, e.Handshake.Value)
	}
	switch {
	case r.Method == http.MethodPost:
		s.post(w, r, e)
	case e.Handshake != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		respond(w, JSON)
	default:
		w.Header().Set("Allow", allowedMethods(e))
		s.reject(w, e, ReasonMethod)
	}
}

func allowedMethods(e *Endpoint) string {
	if e.Handshake != nil {
		return "GET, HEAD, POST"
	}
	return "POST"
}

func (s *Server) post(w http.ResponseWriter, r *http.Request, e *Endpoint) {
	defer func() {
		if cause := recover(); cause != nil {
			s.recovered(w, e, cause)
		}
	}()
	verification, signed := e.Verifier.Begin(r.Header)
	if !signed {
		if e.Handshake != nil && isHandshake(r, e.Handshake) {
			respond(w, JSON)
			return
		}
		s.reject(w, e, ReasonSignature)
		return
	}
	format, reason := s.receive(r, e, verification)
	if reason != accepted {
		s.reject(w, e, reason)
		return
	}
	s.metrics.deliveries.WithLabelValues(e.Sender, e.Name).Inc()
	respond(w, format)
}

// respond writes what OTLP clients expect of a success and other senders ignore: an empty message.
func respond(w http.ResponseWriter, format Format) {
	if format == Protobuf {
		w.Header().Set("Content-Type", protobufMedia)
		w.WriteHeader(http.StatusOK)
		return
	}
	w.Header().Set("Content-Type", jsonMedia)
	fmt.Fprint(w, "{}")
}

// reject also closes the connection: its client may be unauthenticated, and the rest of the body is
// never read.
func (s *Server) reject(w http.ResponseWriter, e *Endpoint, reason Reason) {
	s.metrics.rejections.WithLabelValues(e.Sender, e.Name, string(reason)).Inc()
	s.logger.Debug("rejected a delivery", "sender", e.Sender, "endpoint", e.Name, "reason", string(reason))
	if reason == ReasonBusy {
		w.Header().Set("Retry-After", "1")
	}
	w.Header().Set("Connection", "close")
	w.Header().Set("Content-Type", jsonMedia)
	w.WriteHeader(s.responses[reason].status)
	_, _ = w.Write(s.responses[reason].body) // the client may have closed the connection
}

// recovered responds after a panic. The value of the panic may contain data of the request, so the
// log shows its type and the line that panicked, never the value.
func (s *Server) recovered(w http.ResponseWriter, e *Endpoint, cause any) {
	s.logger.Error("handling a delivery panicked; hint: this is a defect of the exporter, report it with this line",
		"sender", e.Sender, "endpoint", e.Name, "type", fmt.Sprintf("%T", cause), "at", failure.PanicLocation())
	s.reject(w, e, ReasonInternal)
}
