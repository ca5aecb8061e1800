package inbound

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"syscall"

	"github.com/aimarketplace/monitoring/exporter/check"
)

// Check reports whether the listener can start. Whether deliveries arrive depends on the senders.
func (s *Server) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Subject: "listener", Detail: "off: no sender can deliver",
			Hint: "--inbound.listen-address=:9848 and the secret file of a sender, as in docs/vercel.md",
		}}
	}
	return []check.Finding{s.checkEndpoints(), s.checkAddress(ctx), s.checkTLS()}
}

func (s *Server) checkEndpoints() check.Finding {
	if len(s.endpoints) == 0 {
		return check.Finding{Status: check.Broken, Subject: "endpoints", Detail: errNoSender.Error()}
	}
	paths := slices.Sorted(maps.Keys(s.endpoints))
	return check.Finding{Subject: "endpoints", Detail: fmt.Sprintf("%d: %s", len(paths), strings.Join(paths, ", "))}
}

// checkAddress opens the address and closes it again. The exporter that is checked may be running,
// so an address in use is not an error.
func (s *Server) checkAddress(ctx context.Context) check.Finding {
	finding := check.Finding{Subject: "address", Detail: s.config.ListenAddress + " is available"}
	socket, err := s.open(ctx)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		finding.Status, finding.Detail = check.Note, s.config.ListenAddress+" is in use"
		finding.Hint = "expected if the exporter is running; otherwise choose another --inbound.listen-address"
	case err != nil:
		finding.Status, finding.Detail = check.Broken, err.Error()
	default:
		_ = socket.Close() // nothing has connected
	}
	return finding
}

func (s *Server) checkTLS() check.Finding {
	if s.config.WebConfigFile == "" {
		return check.Finding{Subject: "TLS", Detail: "off: a reverse proxy must terminate TLS, because senders deliver by https"}
	}
	return check.Finding{Subject: "TLS", Detail: "configured in " + s.config.WebConfigFile}
}
