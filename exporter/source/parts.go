package source

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Part is a part of a polled source that can fail alone.
type Part struct {
	Name    string // value of the label part; empty if the source has only this one
	Collect func(ctx context.Context, ch chan<- prometheus.Metric) error
}

// CollectParts collects one part after the other, because services limit requests, and returns the
// metrics of those that succeeded, by name. A part that fails is an [failure.OfPart] and does not
// end the collection. The whole source fails if the service cannot be reached, rejects the
// credentials, or if all parts fail.
func CollectParts(ctx context.Context, parts ...Part) (map[string][]prometheus.Metric, error) {
	collected := map[string][]prometheus.Metric{}
	var failed []error
	for i, part := range parts {
		metrics, err := collectPart(ctx, part, len(parts)-i)
		if err == nil {
			collected[part.Name] = metrics
			continue
		}
		reason := failure.All(err)[0].Reason
		if reason == failure.Authentication || reason == failure.Unreachable {
			return collected, failure.New(reason, err)
		}
		failed = append(failed, failure.OfPart(part.Name, reason, err))
	}
	if len(parts) > 0 && len(failed) == len(parts) {
		return nil, failure.New(failure.All(failed[0])[0].Reason, failed[0])
	}
	return collected, errors.Join(failed...)
}

// collectPart collects the first of the remaining parts. Its share of the time until the deadline
// is equal to theirs, so that a slow response costs the other parts nothing.
func collectPart(ctx context.Context, part Part, remaining int) ([]prometheus.Metric, error) {
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(remaining))
		defer cancel()
	}
	return metricsOf(ctx, part.Collect)
}
