package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"
)

// upFlags say what `demo up` makes and where it listens, always on 127.0.0.1.
type upFlags struct {
	size             sizeFlags
	rate             *float64
	requests         *float64
	control          *string
	exporterPort     int
	drainsPort       int
	prometheusPort   int
	alertmanagerPort int
	faster           int
}

func upCommand(cmd *kingpin.CmdClause) command {
	var flags upFlags
	flags.size.register(cmd)
	flags.rate = rateFlag(cmd)
	flags.requests = requestsFlag(cmd)
	flags.control = controlFlag(cmd)
	cmd.Flag("exporter.port", "Port of the exporter; 0 is 9847 if that is free, else any.").Default("0").IntVar(&flags.exporterPort)
	cmd.Flag("vercel.port", "Port at which the exporter takes drains; 0 is 9848 if that is free, else any.").Default("0").IntVar(&flags.drainsPort)
	cmd.Flag("prometheus.port", "Port of Prometheus; 0 is 9090 if that is free, else any.").Default("0").IntVar(&flags.prometheusPort)
	cmd.Flag("alertmanager.port", "Port of Alertmanager; 0 is 9093 if that is free, else any.").Default("0").IntVar(&flags.alertmanagerPort)
	cmd.Flag("alertmanager.faster", "Divides the waiting times of alertmanager.yml; 1 keeps those of production.").
		Envar("DEMO_FASTER").Default("5").IntVar(&flags.faster)
	return func(ctx context.Context, stdout io.Writer) (err error) {
		d := &demo{out: stdout}
		defer func() { err = errors.Join(err, d.stop()) }()
		if err := d.start(ctx, flags); err != nil {
			return err
		}
		return d.watch(ctx)
	}
}

// start brings everything up, each part when the ones that it needs are there.
func (d *demo) start(ctx context.Context, flags upFlags) error {
	tools, err := findTools()
	if err != nil {
		return err
	}
	control, err := d.claimControl(ctx, *flags.control)
	if err != nil {
		return err
	}
	var program string
	err = d.step("building the exporter", func() (err error) {
		program, err = d.buildExporter(ctx, tools.root)
		return err
	})
	if err != nil {
		return err
	}
	page := screen{Faster: flags.faster, Requests: *flags.requests}
	if page.Database, err = d.startDatabase(ctx, tools, flags.size); err != nil {
		return err
	}
	d.startTraffic(ctx, page.Database, *flags.rate)
	running, err := d.startExporter(ctx, tools.root, program, page.Database, flags)
	if err != nil {
		return err
	}
	page.Exporter, page.Drains = running.url, running.drainsURL
	website, err := d.startWebsite(ctx, running, *flags.requests)
	if err != nil {
		return err
	}
	if err := d.startAlerting(ctx, tools, flags, &page); err != nil {
		return err
	}
	d.serveControl(ctx, control, &breaker{on: stage{page.Database, website}, broken: map[string]bool{}})
	return nil
}

// startAlerting runs what tells people, and shows the screen before the first of them is told.
func (d *demo) startAlerting(ctx context.Context, t tools, flags upFlags, page *screen) (err error) {
	notices := &curtain{out: d.out}
	page.Alertmanager, err = d.startAlertmanager(ctx, t.alertmanager, notices, flags.alertmanagerPort, flags.faster)
	if err != nil {
		return err
	}
	page.Prometheus, err = d.startPrometheus(ctx, t, page.Exporter, page.Alertmanager, flags.prometheusPort)
	if err != nil {
		return err
	}
	defer notices.rise()
	return showScreen(d.out, *page)
}

// startTraffic has people in the marketplace for as long as the demo is up.
func (d *demo) startTraffic(ctx context.Context, db database, rate float64) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	// Traffic that fails is to be seen in Prometheus; its log would only run over the screen.
	go func() { ended <- traffic(ctx, slog.New(slog.DiscardHandler), db.appURL, rate) }()
	d.onStop("traffic", func() error {
		cancel()
		if err := <-ended; err != nil {
			return fmt.Errorf("running traffic: %w", err)
		}
		return nil
	})
}
