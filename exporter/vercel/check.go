package vercel

import (
	"context"
	"fmt"

	"github.com/aimarketplace/monitoring/exporter/check"
)

// Check reports the configuration. Whether deliveries arrive depends on Vercel.
func (s *Source) Check(context.Context) []check.Finding {
	if !s.Enabled() {
		return []check.Finding{{
			Subject: "drains", Detail: "off: no data of the application",
			Hint: "--vercel.secret-file=drain-secret --inbound.listen-address=:9848, as in docs/vercel.md",
		}}
	}
	lists := s.lists.Load()
	return []check.Finding{
		{Subject: "secrets", Detail: fmt.Sprintf("%d in %s", s.secrets.Len(), s.config.SecretFile)},
		{Subject: "routes", Detail: fmt.Sprintf("%d routes and %d outbound hosts; others become other", len(lists.Routes.All()), len(lists.Hosts.All()))},
		{Subject: "latency", Detail: "from the drain of " + s.config.LatencyFrom},
	}
}
