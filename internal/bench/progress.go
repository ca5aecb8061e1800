package main

import (
	"fmt"
	"io"
	"time"
)

// progress tells whoever waits what is going on, and how long it has been going on.
type progress struct {
	out   io.Writer
	began time.Time
}

func (p *progress) say(format string, args ...any) {
	fmt.Fprintf(p.out, "%6.1f s  %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
}

// every returns what is called with the number of things done, and says so now and then.
func (p *progress) every(what string, total int) func(done int) {
	const pause = 5 * time.Second
	next := time.Now().Add(pause)
	return func(done int) {
		if time.Now().After(next) && done < total {
			p.say("  %d of %d %s", done, total, what)
			next = time.Now().Add(pause)
		}
	}
}
