package source

import (
	"context"
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/aimarketplace/monitoring/exporter/failure"
)

// Part is a part of a polled source that can fail alone.
type Part struct {
	Name    string // value of the label part
	Collect func(ctx context.Context, ch chan<- prometheus.Metric) error
}

// CollectParts collects one part after the other, because services limit requests. A part that
// fails is an [failure.OfPart] and does not end the collection. The whole source fails if the
// service cannot be reached, rejects the credentials, or if all parts fail.
func CollectParts(ctx context.Context, ch chan<- prometheus.Metric, parts ...Part) error {
	var failed []error
	for _, part := range parts {
		err := part.Collect(ctx, ch)
		if err == nil {
			continue
		}
		reason := failure.All(err)[0].Reason
		if reason == failure.Authentication || reason == failure.Unreachable {
			return failure.New(reason, err)
		}
		failed = append(failed, failure.OfPart(part.Name, reason, err))
	}
	if len(parts) > 0 && len(failed) == len(parts) {
		return failure.New(failure.All(failed[0])[0].Reason, failed[0])
	}
	return errors.Join(failed...)
}
