package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aimarketplace/monitoring/demo/progress"
)

// demo is everything that runs. Each part registers how it is stopped when it is started, so that a
// failed start is cleaned up too.
type demo struct {
	out     io.Writer
	closers []closer
	parts   []part
	mu      sync.Mutex // for the parts, which faults stop and start while watch checks them
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

// server is a process that a part runs.
type server interface {
	Pid() int // 0 when it is stopped
	Log() string
	Close() error
}

// keep registers a server to watch, and to stop at the end.
func (d *demo) keep(name string, s server) {
	alive := func() bool { pid := s.Pid(); return pid == 0 || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }
	d.parts = append(d.parts, part{name: name, alive: alive, log: s.Log})
	d.onStop(name, s.Close)
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

// watch returns nil when ctx is done, and an error with the end of the log when a part has ended
// before.
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
		d.mu.Lock()
		ended := slices.IndexFunc(d.parts, func(p part) bool { return !p.alive() })
		d.mu.Unlock()
		if ended >= 0 {
			const limit = 20
			lines := strings.Split(strings.TrimSpace(d.parts[ended].log()), "\n")
			return fmt.Errorf("%s ended; its log ends:\n%s", d.parts[ended].name, strings.Join(lines[max(0, len(lines)-limit):], "\n"))
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

// heldWriter holds text back until release, so that notifications do not appear between the steps
// of the start. It is safe for concurrent use.
type heldWriter struct {
	out io.Writer

	mu       sync.Mutex
	released bool
	held     bytes.Buffer
}

func (w *heldWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.released {
		return w.out.Write(text)
	}
	return w.held.Write(text)
}

// String returns the held text.
func (w *heldWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held.String()
}

func (w *heldWriter) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released = true
	_, _ = w.held.WriteTo(w.out) // as in print
}
