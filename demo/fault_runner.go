package main

import (
	"context"
	"slices"
	"time"
)

// faultRunner begins and ends faults until the active ones are those of the fault file.
type faultRunner struct {
	target faultTarget
	print  func(format string, args ...any)
	active map[string]bool
	failed map[string]string // the last printed error of a fault
}

func newFaultRunner(target faultTarget, print func(string, ...any)) *faultRunner {
	return &faultRunner{target: target, print: print, active: map[string]bool{}, failed: map[string]string{}}
}

// follow applies the fault file until ctx is done.
func (r *faultRunner) follow(ctx context.Context, path string) {
	const interval = 250 * time.Millisecond
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if wanted, err := readFaultFile(path); err == nil {
			r.apply(ctx, wanted)
		}
	}
}

// apply begins the wanted faults and ends the others. A fault that fails to begin or to end is tried again by the next
// call. Faults that need the database wait while it is stopped.
func (r *faultRunner) apply(ctx context.Context, wanted []string) {
	for _, f := range faults() {
		want := slices.Contains(wanted, f.name)
		if want == r.active[f.name] || f.scripted && r.active[databaseStopped] {
			continue
		}
		r.change(ctx, f, want)
	}
}

func (r *faultRunner) change(ctx context.Context, f fault, begin bool) {
	const timeout = 30 * time.Second // a lock or a shutdown may take some of it
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	change, result := f.end, "has ended"
	if begin {
		change, result = f.begin, "has begun; expect "+f.alert
	}
	err := change(ctx, r.target)
	if err == nil {
		r.active[f.name] = begin
	} else {
		result = "failed to change: " + err.Error()
	}
	if r.failed[f.name] != result {
		r.print("\n%s  *** %s %s\n", time.Now().Format(time.TimeOnly), f.name, result)
	}
	r.failed[f.name] = result
}
