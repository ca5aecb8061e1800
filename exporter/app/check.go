package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// checkTimeout limits the check of one source. Every KPI query may run for up to its own timeout.
const checkTimeout = 5 * time.Minute

// ErrCheckFailed reports that something that is configured does not work.
var ErrCheckFailed = errors.New("the check failed; hint: fix the lines marked FAIL")

// Check checks every source and prints the findings. It returns ErrCheckFailed if one of them is
// broken.
func (a *App) Check(ctx context.Context, stdout io.Writer) error {
	failed := false
	for _, s := range a.sources {
		findings := []check.Finding{{Subject: s.Name(), Detail: "configured"}}
		if c, ok := s.(source.Checker); ok {
			findings = findingsOf(ctx, c)
		}
		if err := check.Print(stdout, s.Name(), findings); err != nil {
			return err
		}
		failed = failed || check.Failed(findings)
	}
	if failed {
		return ErrCheckFailed
	}
	_, err := fmt.Fprintln(stdout, "Everything that is configured works.")
	return err
}

func findingsOf(ctx context.Context, c source.Checker) []check.Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	return c.Check(ctx)
}
