package inbound

import (
	"fmt"
	"io"
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
	allowed := "POST"
	if e.Handshake != nil {
		w.Header().Set(e.Handshake.Header, e.Handshake.Value)
		allowed = "GET, HEAD, POST"
	}
	switch {
	case r.Method == http.MethodPost:
		s.post(w, r, e)
	case e.Handshake != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		respond(w, JSON)
	default:
		w.Header().Set("Allow", allowed)
		s.reject(w, e, ReasonMethod)
	}
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

// receive reads, verifies and handles one delivery. The cheapest checks come first, because the
// client is unauthenticated until its signature is verified.
func (s *Server) receive(r *http.Request, e *Endpoint, verification Verification) (Format, Reason) {
	format, ok := formatOf(r.Header, e.Formats)
	if !ok {
		return 0, ReasonMediaType
	}
	compressed, ok := gzipped(r.Header)
	if !ok {
		return 0, ReasonEncoding
	}
	if r.ContentLength > e.Limits.BodySize {
		return 0, ReasonTooLarge
	}
	received := body{owner: &s.bodies}
	defer received.release()
	if reason := received.read(r.Body, verification, e.Limits.BodySize); reason != accepted {
		return 0, reason
	}
	// A slot is taken only now, so that clients that send slowly do not occupy it.
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	default:
		return 0, ReasonBusy
	}
	space := s.workspaces.Get().(*workspace)
	defer space.release(&s.workspaces)
	if !verification.Valid() {
		if !compressed {
			return 0, ReasonSignature
		}
		if reason := verifyDecompressed(space, &received, r.Header, e); reason != accepted {
			return 0, reason
		}
	}
	content, reason := space.content(&received, compressed, e.Limits.DecompressedSize)
	if reason != accepted {
		return 0, reason
	}
	return format, reasonOf(e.Handler(Delivery{Header: r.Header, Body: content, Format: format}))
}

// verifyDecompressed verifies a body whose signature does not cover the received bytes. It keeps
// nothing of the decompressed body, and stops at a compression ratio that text does not reach:
// otherwise an unauthenticated client could have a decompression bomb hashed.
func verifyDecompressed(space *workspace, received *body, header http.Header, e *Endpoint) Reason {
	const maxRatio, alwaysAllowed = 100, 1 << 20
	verification, signed := e.Verifier.Begin(header)
	if !signed || space.gzip.Reset(received.reader()) != nil {
		return ReasonSignature
	}
	limit := min(e.Limits.DecompressedSize, max(alwaysAllowed, maxRatio*received.size))
	size, err := io.Copy(verification, io.LimitReader(&space.gzip, limit+1))
	if size > limit {
		return ReasonTooLargeDecompressed
	}
	if err != nil || !verification.Valid() {
		return ReasonSignature
	}
	return accepted
}
