package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// patience is what a fault may take to begin or to end; locks and a shutdown take some of it.
const patience = 30 * time.Second

// breaker breaks and mends the running demo, one thing at a time.
type breaker struct {
	on stage

	mu     sync.Mutex
	broken map[string]bool
}

// begin begins a fault and says what will come of it.
func (b *breaker) begin(ctx context.Context, f fault) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken[f.name] {
		return "", fmt.Errorf("beginning %s: it is broken already: mend it with FAULT=none", f.name)
	}
	if b.broken[f.unless] {
		return "", fmt.Errorf("beginning %s: not during %s: mend that with FAULT=none", f.name, f.unless)
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := f.begin(ctx, b.on); err != nil {
		return "", fmt.Errorf("beginning %s: %w", f.name, err)
	}
	b.broken[f.name] = true
	return fmt.Sprintf("%s: people are told of %s", f.name, f.told), nil
}

// mend ends all faults. What cannot be ended is still broken, and may be mended again.
func (b *breaker) mend(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var mended []string
	var errs []error
	for _, f := range faults() {
		if !b.broken[f.name] {
			continue
		}
		if err := f.end(ctx, b.on); err != nil {
			errs = append(errs, fmt.Errorf("ending %s: %w", f.name, err))
			continue
		}
		delete(b.broken, f.name)
		mended = append(mended, f.name)
	}
	if len(mended) == 0 {
		return "nothing is broken", errors.Join(errs...)
	}
	return "mended: " + strings.Join(mended, ", "), errors.Join(errs...)
}
