package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"
)

// report is all that was measured.
type report struct {
	options
	server           string        // version
	loadBefore, load string        // averages
	pace             time.Duration // as it was
	ours, bare, peer *measurement  // peer is nil without -peer
	crowd            crowd
	pair             pair
	costliest        []string
	oursInAll        bill // from the first to the last scrape of the run
}

func (r *report) write(out io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "Postgres %s, %s, %s/%s, %d processors, load average %s before and %s after.\n",
		r.server, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), r.loadBefore, r.load)
	fmt.Fprintf(&text, "%d statements, %d tables, %d indexes. %d scrapes, one each %s, every fourth with the slow tier.\n\n",
		r.statements, r.tables, r.indexes, r.rounds, r.pace.Round(time.Millisecond))
	if r.pace > r.options.pace*11/10 {
		fmt.Fprintf(&text, "That is slower than the %s asked for, so the slow tier ran more often than in every fourth.\n\n", r.options.pace)
	}
	r.writeTable(&text)
	text.WriteString("\n")
	for _, query := range r.costliest {
		text.WriteString(query + "\n")
	}
	for _, limit := range r.limits() {
		text.WriteString(limit.String() + "\n")
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func (r *report) failed() int {
	failed := 0
	for _, limit := range r.limits() {
		if !limit.holds {
			failed++
		}
	}
	return failed
}
