package incident

import (
	"testing"
	"time"

	"github.com/aimarketplace/monitoring/internal/promtest"
	"github.com/aimarketplace/monitoring/report/query"
)

func TestExpressionsSelectWhatExists(t *testing.T) {
	contract := promtest.NewContract(t, promtest.Start(t, "scrape_configs: []\n"))
	window := query.Window{From: outage(), To: outage().Add(time.Hour), Interval: time.Minute, Environment: "production"}
	for _, m := range measures() {
		contract.Check(t, window.Expand(m.query))
	}
	for _, g := range graphs() {
		contract.Check(t, window.Expand(g.query))
		if g.limit != "" {
			contract.Check(t, g.limit)
		}
	}
	for _, s := range states() {
		contract.Check(t, window.Expand(s.query))
	}
}
