package postgres

import (
	"fmt"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// readsAllStats tells whether a part that is about other roles' sessions can be had. The server would not refuse it:
// it would answer with those values left out, and the sums would be wrong. So the part is reported instead.
func (v *visit) readsAllStats(part string) bool {
	if v.server.readsAllStats {
		return true
	}
	err := fmt.Errorf("the server hides other roles' statistics; hint: GRANT pg_monitor TO %s", v.server.role)
	v.failures = append(v.failures, failure.OfPart(part, failure.PermissionDenied, err))
	return false
}
