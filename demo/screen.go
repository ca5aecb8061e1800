package main

import (
	_ "embed"
	"fmt"
	"io"
	"text/template"
)

// screen is what there is to see, for screen.txt.
type screen struct {
	Database     database
	Exporter     string  // URL
	Drains       string  // URL
	Requests     float64 // a second, that drains tell of
	Prometheus   string  // URL
	Alertmanager string  // URL
	Faster       int     // what Alertmanager's waiting times are divided by
}

// DatabaseURL is for a look around with psql, as the superuser that needs no password.
func (s screen) DatabaseURL() string { return s.Database.superuserURL }

// Faults is a table.
func (screen) Faults() string { return listFaults() }

//go:embed screen.txt
var screenText string

func showScreen(out io.Writer, s screen) error {
	page, err := template.New("screen").Parse(screenText)
	if err != nil {
		return fmt.Errorf("reading the screen: %w", err)
	}
	if err := page.Execute(out, s); err != nil {
		return fmt.Errorf("showing the screen: %w", err)
	}
	return nil
}
