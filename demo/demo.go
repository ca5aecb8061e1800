package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// demo is all that is running. What is started registers how it is stopped, so that a start that fails half-way tidies up too.
type demo struct {
	out      io.Writer
	closers  []closer
	children []process
}

type closer struct {
	name  string // empty for what nobody needs to be told of
	close func() error
}

// process is a child that is to live as long as the demo.
type process struct {
	name  string
	alive func() bool
	log   func() string
}

func (d *demo) onStop(name string, close func() error) {
	d.closers = append(d.closers, closer{name: name, close: close})
}

// keep registers a child to be watched, and stopped at the end.
func (d *demo) keep(child process, close func() error) {
	d.children = append(d.children, child)
	d.onStop(child.name, close)
}

// step says what is done and, when it is, how long that took.
func (d *demo) step(name string, do func() error) error {
	d.say("%-40s ", name+" …")
	started := time.Now()
	stop := d.tick()
	err := do()
	stop()
	if err != nil {
		d.say("failed\n")
		return err
	}
	d.say(" %s\n", time.Since(started).Round(100*time.Millisecond))
	return nil
}

// tick adds a dot a second to a step that takes longer than one expects, until it is stopped.
func (d *demo) tick() (stop func()) {
	const expected = 2 * time.Second
	over := make(chan struct{})
	var ticking sync.WaitGroup
	ticking.Go(func() {
		for wait := expected; ; wait = time.Second {
			select {
			case <-over:
				return
			case <-time.After(wait):
				d.say(".")
			}
		}
	})
	return func() { close(over); ticking.Wait() }
}

// say talks to whoever looks on; if nobody can hear it, the demo goes on.
func (d *demo) say(format string, args ...any) { _, _ = fmt.Fprintf(d.out, format, args...) }

// stop ends everything in the opposite order of its start, so that nothing loses what it depends on before it ends.
func (d *demo) stop() error {
	var errs []error
	for _, c := range slices.Backward(d.closers) {
		if c.name != "" {
			d.say("stopping %s\n", c.name)
		}
		errs = append(errs, c.close())
	}
	d.closers = nil
	return errors.Join(errs...)
}

// look is how often the children are looked at.
const look = 500 * time.Millisecond

// watch returns when ctx is done, which is no error, or when a child has died, which is one and ends with the child's log.
func (d *demo) watch(ctx context.Context) error {
	ticker := time.NewTicker(look)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			d.say("\n")
			return nil
		case <-ticker.C:
		}
		for _, child := range d.children {
			if !child.alive() {
				return fmt.Errorf("%s died; its log ends:\n%s", child.name, tail(child.log()))
			}
		}
	}
}

// tail is the last lines of a log.
func tail(log string) string {
	const enough = 20
	lines := strings.Split(strings.TrimSpace(log), "\n")
	return strings.Join(lines[max(0, len(lines)-enough):], "\n")
}
