// Command generate writes the table of alerts into the README, between its two marks.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/aimarketplace/monitoring/rules"
)

const (
	path  = "README.md"
	begin = "<!-- alerts: go run ./rules/generate -->\n"
	end   = "<!-- end of alerts -->\n"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the README: %w; hint: run this in the root of the checkout", err)
	}
	bundle, err := rules.Load()
	if err != nil {
		return err
	}
	head, rest, opened := strings.Cut(string(text), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !opened || !closed {
		return fmt.Errorf("%s lacks the lines %q and %q, between which the table belongs", path, begin, end)
	}
	return os.WriteFile(path, []byte(head+begin+"\n"+bundle.Table()+"\n"+end+tail), 0o644) //nolint:gosec // a page for everybody
}
