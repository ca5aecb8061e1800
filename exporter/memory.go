package main

import (
	"log/slog"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// memoryRatio is the part of the container's memory for the Go runtime. The rest is for memory
	// that the runtime does not count, such as socket buffers of the kernel.
	memoryRatio = 0.9
	// memoryLimit applies where the container has no limit. It is in bytes.
	memoryLimit = 512 << 20
)

// limitMemory sets the memory limit of the Go runtime unless GOMEMLIMIT does. Near the limit, the
// garbage collector runs more often and returns memory: the container is not killed before garbage
// is collected, and a burst of large deliveries does not keep its memory.
func limitMemory(logger *slog.Logger, container memlimit.Provider) {
	_, _ = memlimit.SetGoMemLimitWithOpts( // which logs the limit and its error
		memlimit.WithProvider(memlimit.ApplyFallback(memlimit.ApplyRatio(container, memoryRatio), memlimit.Limit(memoryLimit))),
		memlimit.WithRatio(1),
		memlimit.WithLogger(logger),
	)
}
