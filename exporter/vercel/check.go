package vercel

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/aimarketplace/monitoring/exporter/check"
)

// Check says whether deliveries can come in, and what becomes of them. It looks at nothing but the configuration: only
// Vercel can deliver.
func (s *Source) Check(ctx context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Subject: "drains", Detail: "off: nothing of the application is measured",
			Hint: "--vercel.listen-address=:9848 --vercel.secret-file=drain-secret, as in docs/vercel.md",
		}}
	}
	lists := s.lists.Load()
	return []check.Finding{
		s.checkAddress(ctx), s.checkTLS(),
		{Subject: "secrets", Detail: fmt.Sprintf("%d in %s", s.secrets.Len(), s.config.SecretFile)},
		{Subject: "routes", Detail: fmt.Sprintf("%d routes, %d outbound hosts; the rest is other", len(lists.Routes.All()), len(lists.Hosts.All()))},
		{Subject: "latency", Detail: "from the drain of " + s.config.LatencyFrom},
	}
}

// checkAddress takes the address and gives it back. The exporter that is checked may well be running, so a taken address
// is no fault.
func (s *Source) checkAddress(ctx context.Context) check.Finding {
	finding := check.Finding{Subject: "address", Detail: s.config.ListenAddress + " can be listened at"}
	socket, err := s.server.bind(ctx)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		finding.Status, finding.Detail = check.Note, s.config.ListenAddress+" is taken"
		finding.Hint = "well if that is the exporter itself; else choose another --vercel.listen-address"
	case err != nil:
		finding.Status, finding.Detail = check.Broken, err.Error()
	default:
		_ = socket.Close() // it was only tried
	}
	return finding
}

func (s *Source) checkTLS() check.Finding {
	if s.config.WebConfigFile == "" {
		return check.Finding{Subject: "TLS", Detail: "none here; Vercel delivers to https, so a reverse proxy must have it"}
	}
	return check.Finding{Subject: "TLS", Detail: "as in " + s.config.WebConfigFile}
}
