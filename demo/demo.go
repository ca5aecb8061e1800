package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/demo/progress"
)

// demo is everything that runs. Each part registers how it is stopped when it is started, so that a failed start is
// cleaned up too.
type demo struct {
	out     io.Writer
	closers []closer
	parts   []part
}

type closer struct {
	name  string // printed when it is stopped, unless empty
	close func() error
}

// part is a process or goroutine without which the demo ends.
type part struct {
	name  string
	alive func() bool
	log   func() string
}

func (d *demo) onStop(name string, close func() error) {
	d.closers = append(d.closers, closer{name: name, close: close})
}

// keep registers a part to watch, and to stop at the end.
func (d *demo) keep(p part, close func() error) {
	d.parts = append(d.parts, p)
	d.onStop(p.name, close)
}

// step prints the name of a step, and its duration when it has ended.
func (d *demo) step(name string, do func() error) error {
	return progress.Step(d.out, name, func() (string, error) { return "", do() })
}

// print ignores errors of the output: the demo goes on without a terminal.
func (d *demo) print(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format, args...) }

// stop ends the parts in the opposite order of their start.
func (d *demo) stop() error {
	var errs []error
	for _, c := range slices.Backward(d.closers) {
		if c.name != "" {
			d.print("stopping %s\n", c.name)
		}
		errs = append(errs, c.close())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// watchInterval is how often watch checks the parts.
const watchInterval = 500 * time.Millisecond

// watch returns nil when ctx is done, and an error with the end of the log when a part has ended before.
func (d *demo) watch(ctx context.Context) error {
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			d.print("\n")
			return nil
		case <-ticker.C:
		}
		for _, p := range d.parts {
			if !p.alive() {
				return fmt.Errorf("%s ended; its log ends:\n%s", p.name, tail(p.log()))
			}
		}
	}
}

// background runs do until stop, which waits for its end.
func background(ctx context.Context, do func(context.Context)) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		do(ctx)
	}()
	return func() { cancel(); <-ended }
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// tail returns the last lines of a log.
func tail(log string) string {
	const limit = 20
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.Join(lines[max(0, len(lines)-limit):], "\n")
}
