package kpi

import (
	"context"
	"slices"
	"sync"
)

// Run runs the clock of every KPI until ctx ends, and returns when all of them have stopped. It follows reloads:
// the clock of an entry that is gone stops, in the middle of its query if need be.
func (s *Source) Run(ctx context.Context) {
	var clocks sync.WaitGroup
	defer clocks.Wait()
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
				running[k] = start(ctx, &clocks, k)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-s.changed:
		}
	}
}

func start(ctx context.Context, clocks *sync.WaitGroup, k *kpi) context.CancelFunc {
	ctx, stop := context.WithCancel(ctx)
	clocks.Go(func() {
		defer stop()
		k.Run(ctx)
	})
	return stop
}
