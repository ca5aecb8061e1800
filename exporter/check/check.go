// Package check is how sources tell a person what works, what does not and what to do about it.
package check

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Status is how much a finding matters.
type Status int

// The statuses, from good to bad. Only Broken makes the check fail: something that is configured cannot work.
const (
	OK Status = iota
	Note
	Broken
)

// String returns the word that the table shows.
func (s Status) String() string {
	return [...]string{"ok", "note", "FAIL"}[s]
}

// Finding is one thing that was looked at.
type Finding struct {
	Status  Status
	Subject string
	Detail  string // what was seen, on one line
	Hint    string // what to do about it: a statement to run or a flag to set; empty where there is nothing to do
}

// Print writes findings under a title as a table, each hint on a line of its own so that it can be copied.
func Print(w io.Writer, title string, findings []Finding) error {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n", strings.ToUpper(title))
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, f := range findings {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", f.Status, f.Subject, f.Detail)
		for line := range strings.Lines(f.Hint) {
			fmt.Fprintf(table, "  \t\t  -> %s\n", strings.TrimRight(line, "\n"))
		}
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("laying out the table: %w", err)
	}
	_, err := fmt.Fprintln(w, text.String())
	return err
}

// Failed tells whether something that is configured cannot work.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Status == Broken {
			return true
		}
	}
	return false
}
