package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/aimarketplace/monitoring/exporter/check"
	"github.com/aimarketplace/monitoring/exporter/source"
)

// checkTime bounds the check of one source: each KPI may use its own timeout up.
const checkTime = 5 * time.Minute

// runCheck asks every source what works and prints it. It returns errShown if something that is configured cannot.
func runCheck(ctx context.Context, config *config, logger *slog.Logger, stdout io.Writer) error {
	sources, err := open(config, logger)
	if err != nil {
		return err
	}
	defer release(sources)
	failed := false
	for _, s := range sources {
		findings := []check.Finding{{Subject: s.Name(), Detail: "configured"}}
		if c, ok := s.(source.Checker); ok {
			findings = ask(ctx, c)
		}
		if err := check.Print(stdout, s.Name(), findings); err != nil {
			return err
		}
		failed = failed || check.Failed(findings)
	}
	if failed {
		return errShown
	}
	_, err = fmt.Fprintln(stdout, "Everything that is configured works.")
	return err
}

func ask(ctx context.Context, c source.Checker) []check.Finding {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	return c.Check(ctx)
}
