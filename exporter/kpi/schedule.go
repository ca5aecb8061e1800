package kpi

import (
	"context"
	"slices"
	"sync"
)

// Run runs the schedule of every KPI until ctx ends, and returns when all of them have stopped. It
// follows reloads: the schedule of a removed entry stops, even while its query runs.
func (s *Source) Run(ctx context.Context) {
	var schedules sync.WaitGroup
	defer schedules.Wait()
	running := map[*kpi]context.CancelFunc{}
	for {
		wanted := s.current()
		for k, stop := range running {
			if !slices.Contains(wanted, k) {
				stop()
				delete(running, k)
			}
		}
		for _, k := range wanted {
			if running[k] == nil {
				running[k] = start(ctx, &schedules, k)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		}
	}
}

func start(ctx context.Context, schedules *sync.WaitGroup, k *kpi) context.CancelFunc {
	ctx, stop := context.WithCancel(ctx)
	schedules.Go(func() {
		defer stop()
		k.Run(ctx)
	})
	return stop
}
