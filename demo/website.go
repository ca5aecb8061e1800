package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/demo/drains"
)

// websiteFlags say whom the website's drains go to; without a URL there is no website.
type websiteFlags struct {
	url        string
	secretFile string
	rate       *float64
}

func (f *websiteFlags) register(cmd *kingpin.CmdClause) {
	cmd.Flag("vercel.url", "Where the exporter takes drains, such as http://localhost:9848; without it none are sent.").
		Envar("DEMO_VERCEL_URL").StringVar(&f.url)
	cmd.Flag("vercel.secret-file", "File with the secret that drains are signed with; the exporter has the same.").
		Envar("DEMO_VERCEL_SECRET_FILE").StringVar(&f.secretFile)
	f.rate = requestsFlag(cmd)
}

func requestsFlag(cmd *kingpin.CmdClause) *float64 {
	return cmd.Flag("vercel.rate", "What the website answers, in requests a second.").Envar("DEMO_VERCEL_RATE").Default("300").Float64()
}

// sender is one that has to be run. What it cannot deliver is logged.
func (f *websiteFlags) sender(log *slog.Logger) (*drains.Sender, error) {
	if f.secretFile == "" {
		return nil, errors.New("sending drains: there is no secret to sign them with; hint: --vercel.secret-file")
	}
	text, err := os.ReadFile(f.secretFile)
	if err != nil {
		return nil, fmt.Errorf("reading the secret of the drains: %w", err)
	}
	return drains.New(drains.Options{URL: f.url, Secret: firstSecret(string(text)), Rate: *f.rate, Log: log})
}

// firstSecret is the one in use. Others in a file are for receivers, while the secret is rolled.
func firstSecret(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line
		}
	}
	return ""
}

// runWebsite sends drains in the background until stop, which waits for the last of them, or until ctx is done.
func runWebsite(ctx context.Context, sender *drains.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		sender.Run(ctx)
	}()
	return func() { cancel(); <-ended }
}

// startWebsite has the website send drains for as long as the demo is up.
func (d *demo) startWebsite(ctx context.Context, to exporter, rate float64) (*drains.Sender, error) {
	// Deliveries that fail are to be seen in Prometheus; their log would only run over the screen.
	sender, err := drains.New(drains.Options{URL: to.drainsURL, Secret: to.secret, Rate: rate})
	if err != nil {
		return nil, err
	}
	stop := runWebsite(ctx, sender)
	d.onStop("the website", func() error { stop(); return nil })
	return sender, nil
}
