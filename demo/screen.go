package main

import (
	_ "embed"
	"fmt"
	"io"
	"text/template"
)

// screen is the data of screen.txt.
type screen struct {
	Database     database
	Exporter     exporter
	Requests     float64 // a second, in the drains
	Prometheus   string  // URL
	Alertmanager string  // URL
	Faster       int     // divisor of Alertmanager's waiting times
}

func (s screen) DatabaseURL() string { return s.Database.superuserURL }

func (s screen) MetricsURL() string { return s.Exporter.url + "/metrics" }

func (s screen) DrainsURL() string { return s.Exporter.inboundURL + "/vercel" }

func (screen) Faults() string { return listFaults() }

//go:embed screen.txt
var screenText string

func (s screen) show(out io.Writer) error {
	page, err := template.New("screen").Parse(screenText)
	if err != nil {
		return fmt.Errorf("reading the screen: %w", err)
	}
	if err := page.Execute(out, s); err != nil {
		return fmt.Errorf("printing the screen: %w", err)
	}
	return nil
}
