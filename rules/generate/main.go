// Command generate writes rules/limits.yml and docs/alerts.md from the rules. `generate limits` prints
// limits.yml instead.
package main

import (
	"fmt"
	"os"

	"github.com/aimarketplace/monitoring/rules"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	limits, err := rules.LimitsFile()
	if err != nil {
		return err
	}
	if len(args) == 1 && args[0] == "limits" {
		fmt.Print(limits)
		return nil
	}
	if err := write("rules/limits.yml", limits); err != nil {
		return err
	}
	bundle, err := rules.Load()
	if err != nil {
		return err // of an invalid limits.yml, the next run reads the new one
	}
	page, err := bundle.Page()
	if err != nil {
		return err
	}
	return write("docs/alerts.md", page)
}

func write(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // readable by all users, like the rest of the checkout
		return fmt.Errorf("writing %s: %w; hint: run this in the root of the checkout", path, err)
	}
	return nil
}
