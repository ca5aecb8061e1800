package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// bench is one run. What is started registers how it is stopped, so that a run that is broken off tidies up too.
type bench struct {
	options
	progress *progress
	closers  []func() error

	root    string // of the repository
	fixture *fixture
	bare    *bareReader
	ours    *exporter
}

func (b *bench) onStop(stop func() error) { b.closers = append(b.closers, stop) }

func (b *bench) stop() error {
	var errs []error
	for _, stop := range slices.Backward(b.closers) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

func (b *bench) run(ctx context.Context, out io.Writer) (err error) {
	defer func() { err = errors.Join(err, b.stop()) }()
	if err := b.start(ctx); err != nil {
		return err
	}
	report, err := b.measure(ctx)
	if err != nil {
		return err
	}
	if err := report.write(out); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if failed := report.failed(); failed > 0 {
		return fmt.Errorf("%d of the limits exceeded", failed)
	}
	return nil
}

// start brings up everything that is measured.
func (b *bench) start(ctx context.Context) (err error) {
	if b.root, err = toolbox.Root(); err != nil {
		return err
	}
	b.progress.say("building the exporter")
	program, err := b.buildExporter(ctx)
	if err != nil {
		return err
	}
	if err := b.startFixture(ctx); err != nil {
		return err
	}
	if b.bare, err = b.openBare(ctx); err != nil {
		return err
	}
	// A slow interval of three paces and a half makes every fourth scrape run the slow tier, whatever the jitter.
	b.ours, err = b.startExporter(ctx, program, "--collect.cache-duration=0s", "--postgres.slow-interval="+(b.pace*7/2).String())
	return err
}

// measure makes the report. What is held to limits comes first: the exporter beside the bare select, then the exporter
// alone with many scrapers.
func (b *bench) measure(ctx context.Context) (*report, error) {
	r := &report{options: b.options, server: b.fixture.version, loadBefore: loadAverage()}
	measured, pace, err := b.measureTurns(ctx, round{exporter: b.ours, bare: true, pace: b.pace}, b.warmup, b.rounds)
	if err != nil {
		return nil, err
	}
	r.ours, r.bare, r.pace = measured[oursRole], measured[bareRole], pace
	if r.costliest, err = b.fixture.costliest(ctx, oursRole, b.queries); err != nil {
		return nil, err
	}
	if r.crowd, err = b.scrapeAtOnce(ctx); err != nil {
		return nil, err
	}
	if r.pair, err = b.scrapeAsPair(ctx); err != nil {
		return nil, err
	}
	bills, err := b.fixture.bills(ctx)
	if err != nil {
		return nil, err
	}
	r.oursInAll = bills[oursRole].all
	if b.peer == "" {
		b.progress.say("postgres_exporter is left out: -peer does not say where it is")
	} else if r.peer, err = b.measurePeer(ctx); err != nil {
		return nil, err
	}
	r.load = loadAverage()
	return r, nil
}

func (b *bench) measurePeer(ctx context.Context) (*measurement, error) {
	peer, err := b.startPeer(ctx)
	if err != nil {
		return nil, err
	}
	const warmup = 2
	measured, _, err := b.measureTurns(ctx, round{exporter: peer}, warmup, b.peerRounds)
	return measured[peerRole], err
}
