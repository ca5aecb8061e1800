package main

import (
	"context"
	"errors"
	"io"
	"log/slog"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/demo/drains"
)

// upFlags configures `demo up`. All ports are on 127.0.0.1.
type upFlags struct {
	size             sizeFlags
	rate             *float64
	requests         *float64
	faultFile        *string
	exporterPort     int
	inboundPort      int
	prometheusPort   int
	alertmanagerPort int
	faster           int
}

func upCommand(cmd *kingpin.CmdClause) command {
	var flags upFlags
	flags.size.register(cmd)
	flags.rate = rateFlag(cmd)
	flags.requests = requestsFlag(cmd)
	flags.faultFile = faultFileFlag(cmd)
	cmd.Flag("exporter.port", "Port of the exporter; 0 is 9847, or a free port if that is taken.").Default("0").IntVar(&flags.exporterPort)
	cmd.Flag("inbound.port", "Port on which the exporter receives drains; 0 is 9848, or a free port if that is taken.").Default("0").IntVar(&flags.inboundPort)
	cmd.Flag("prometheus.port", "Port of Prometheus; 0 is 9090, or a free port if that is taken.").Default("0").IntVar(&flags.prometheusPort)
	cmd.Flag("alertmanager.port", "Port of Alertmanager; 0 is 9093, or a free port if that is taken.").Default("0").IntVar(&flags.alertmanagerPort)
	cmd.Flag("alertmanager.faster", "Divisor of the waiting times in alertmanager.yml; 1 keeps those of production.").
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

// start starts each part after those that it depends on.
func (d *demo) start(ctx context.Context, flags upFlags) error {
	tools, err := findTools()
	if err != nil {
		return err
	}
	if err := d.claimFaultFile(*flags.faultFile); err != nil {
		return err
	}
	page := screen{Faster: flags.faster, Requests: *flags.requests}
	if page.Database, err = d.startDatabase(ctx, tools, flags.size); err != nil {
		return err
	}
	if err := d.startTraffic(ctx, page.Database, *flags.rate); err != nil {
		return err
	}
	if page.Exporter, err = d.startExporter(ctx, tools.root, page.Database, flags); err != nil {
		return err
	}
	website, err := d.startWebsite(ctx, page.Exporter, *flags.requests)
	if err != nil {
		return err
	}
	if err := d.startAlerting(ctx, tools, flags, &page); err != nil {
		return err
	}
	faults := newFaultRunner(faultTarget{page.Database, website}, d.print)
	stop := background(ctx, func(ctx context.Context) { faults.follow(ctx, *flags.faultFile) })
	d.onStop("", func() error { stop(); return nil })
	return nil
}

// startAlerting starts Alertmanager and Prometheus. Notifications are printed after the screen.
func (d *demo) startAlerting(ctx context.Context, t tools, flags upFlags, page *screen) (err error) {
	notifications := &heldWriter{out: d.out}
	page.Alertmanager, err = d.startAlertmanager(ctx, t.alertmanager, notifications, flags.alertmanagerPort, flags.faster)
	if err != nil {
		return err
	}
	page.Prometheus, err = d.startPrometheus(ctx, t, page.Exporter.url, page.Alertmanager, flags.prometheusPort)
	if err != nil {
		return err
	}
	defer notifications.release()
	return page.show(d.out)
}

// startTraffic runs the users and jobs of the marketplace. Failed actions show in Prometheus; a log would scroll the
// screen away.
func (d *demo) startTraffic(ctx context.Context, db database, rate float64) error {
	pool, err := openPool(ctx, db.appURL)
	if err != nil {
		return err
	}
	stop := background(ctx, func(ctx context.Context) { traffic(ctx, slog.New(slog.DiscardHandler), pool, rate) })
	d.onStop("traffic", func() error { stop(); return nil })
	return nil
}

// startWebsite sends drains to the exporter. Lost deliveries show in Prometheus.
func (d *demo) startWebsite(ctx context.Context, to exporter, rate float64) (*drains.Sender, error) {
	sender, err := drains.New(drains.Options{URL: to.inboundURL, Secret: to.secret, Rate: rate})
	if err != nil {
		return nil, err
	}
	stop := background(ctx, sender.Run)
	d.onStop("the website", func() error { stop(); return nil })
	return sender, nil
}
