// Package check holds the findings of the command check: what works, what does not, and how to fix
// it. Sources return findings, and [Print] prints them as a table.
package check

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Status is the severity of a finding.
type Status int

// The statuses. Only Broken makes the check fail: something that is configured does not work.
const (
	OK Status = iota
	Note
	Broken
)

// String returns the status as the table shows it.
func (s Status) String() string {
	return [...]string{"ok", "note", "FAIL"}[s]
}

// Finding is the result of checking one thing.
type Finding struct {
	Status  Status
	Subject string
	Detail  string // one line
	Hint    string // how to fix it, such as a statement to run or a flag to set; may be empty
}

// Print writes the findings under a title as a table. Each line of a hint is a row of its own, so
// that it can be copied.
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
		return fmt.Errorf("formatting the table: %w", err)
	}
	_, err := fmt.Fprintln(w, text.String())
	return err
}

// Failed reports whether a finding is broken.
func Failed(findings []Finding) bool {
	for _, f := range findings {
		if f.Status == Broken {
			return true
		}
	}
	return false
}
