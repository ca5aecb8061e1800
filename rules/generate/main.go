// Command generate writes docs/alerts.md from the rules.
package main

import (
	"fmt"
	"os"

	"github.com/aimarketplace/monitoring/rules"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run() error {
	bundle, err := rules.Load()
	if err != nil {
		return err
	}
	page, err := bundle.Page()
	if err != nil {
		return err
	}
	if err := os.WriteFile("docs/alerts.md", []byte(page), 0o644); err != nil { //nolint:gosec // readable by all users, like the rest of the checkout
		return fmt.Errorf("writing the page of alerts: %w; hint: run this in the root of the checkout", err)
	}
	return nil
}
