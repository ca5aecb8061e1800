package postgres

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/database"
	"github.com/aimarketplace/monitoring/exporter/failure"
)

// partState is the state of one part between collections. It only saves queries.
type partState struct {
	refusal error     // the latest error, if it was a missing privilege or feature
	retryAt time.Time // when to run the query again after a refusal

	cached   []prometheus.Metric // latest result of a slow collector
	cachedAt time.Time
}

// maxCacheAge is the age, in slow intervals, up to which a cached result is exported while newer
// queries fail.
const maxCacheAge = 3

func (s *Source) state(part string) *partState {
	if s.parts[part] == nil {
		s.parts[part] = &partState{}
	}
	return s.parts[part]
}

// refused returns the error with which the server recently refused the query of part, or nil. Such a
// query is not sent again for a while, because missing privileges and extensions rarely appear between two scrapes.
func (c *collection) refused(part string) error {
	state := c.state(part)
	if c.now.Before(state.retryAt) {
		return state.refusal
	}
	state.refusal = nil
	return nil
}

// fail records the failure of part and exports its cached result, unless that is too old.
func (c *collection) fail(part string, err error) {
	state, reason := c.state(part), database.Reason(err)
	failed := failure.OfPart(part, reason, err)
	c.failures = append(c.failures, failed)
	if reason == failure.PermissionDenied || reason == failure.Unsupported {
		state.refusal, state.retryAt = failed, c.now.Add(c.config.RetryInterval)
	}
	if c.now.Sub(state.cachedAt) >= maxCacheAge*c.config.SlowInterval {
		state.cached = nil
	}
	c.export(state.cached)
}

// exportCached exports the cached result of a slow collector and reports whether it is recent
// enough to skip the query.
func (c *collection) exportCached(part string) bool {
	state := c.state(part)
	if state.cachedAt.IsZero() || c.now.Sub(state.cachedAt) >= c.config.SlowInterval {
		return false
	}
	c.export(state.cached)
	return true
}
