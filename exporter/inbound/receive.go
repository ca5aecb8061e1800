package inbound

import (
	"io"
	"net/http"
)

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
	space := s.workspaces.get()
	defer s.workspaces.put(space)
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
