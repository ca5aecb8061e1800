// Package progress prints the steps of a long task.
package progress

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// Step prints the name of a step, runs it, and prints its result and duration on the same line. A
// step that takes longer than two seconds prints a dot every second. Errors of the output are
// ignored: the task is worth more.
func Step(out io.Writer, name string, do func() (result string, err error)) error {
	print := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format, args...) }
	print("%-32s ", name)
	started := time.Now()
	stop := every(2*time.Second, time.Second, func() { print(".") })
	result, err := do()
	stop()
	if err != nil {
		print(" failed\n")
		return err
	}
	print("%s %s\n", result, time.Since(started).Round(10*time.Millisecond))
	return nil
}

// every calls do after a first wait and then after each pause, until stop.
func every(first, pause time.Duration, do func()) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for wait := first; ; wait = pause {
			select {
			case <-done:
				return
			case <-time.After(wait):
				do()
			}
		}
	})
	return func() { close(done); running.Wait() }
}
