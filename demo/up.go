package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"text/template"

	"github.com/alecthomas/kingpin/v2"

	"github.com/aimarketplace/monitoring/demo/drains"
	"github.com/aimarketplace/monitoring/demo/marketplace"
	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// upFlags configures `demo up`. All ports are on 127.0.0.1.
type upFlags struct {
	size   *marketplace.SeedOptions
	rate   *float64
	dir    *string
	ports  map[string]func(context.Context) (int, error) // by the name of the part
	faster int
	rules  string // pattern of the rule files
}

func upCommand(cmd *kingpin.CmdClause) command {
	flags := upFlags{size: sizeFlags(cmd), rate: rateFlag(cmd), dir: directoryFlag(cmd), ports: map[string]func(context.Context) (int, error){}}
	for _, p := range []struct {
		name  string
		usual int
	}{{"exporter", 9847}, {"inbound", 9848}, {"prometheus", 9090}, {"alertmanager", 9093}, {"grafana", 3000}, {"status-page", 9849}} {
		help := fmt.Sprintf("Port of %s; 0 is %d, or a free port if that is taken.", p.name, p.usual)
		port := cmd.Flag(p.name+".port", help).Default("0").Int()
		flags.ports[p.name] = func(ctx context.Context) (int, error) {
			if *port != 0 {
				return *port, nil
			}
			return freeport.Prefer(ctx, p.usual)
		}
	}
	cmd.Flag("alertmanager.faster", "Divisor of the waiting times in alertmanager.yml; 1 keeps those of production.").
		Envar("DEMO_FASTER").Default("5").IntVar(&flags.faster)
	cmd.Flag("rules", "Pattern of the rule files. Default: those of the repository.").StringVar(&flags.rules)
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
	root, err := toolbox.Root()
	if err != nil {
		return err
	}
	if flags.rules == "" {
		flags.rules = filepath.Join(root, "rules", "*.yml")
	}
	if err := d.claim(*flags.dir); err != nil {
		return err
	}
	page := screen{Faster: flags.faster, Requests: requestsPerAction * *flags.rate, Faults: listFaults()}
	if page.Database, err = d.startDatabase(ctx, root, *flags.size); err != nil {
		return err
	}
	// Failed actions and lost deliveries show in Prometheus; a log would scroll the screen away.
	users, err := traffic(ctx, page.Database.appURL, marketplace.TrafficOptions{Rate: *flags.rate})
	if err != nil {
		return err
	}
	d.run(ctx, "traffic", users)
	external, err := d.startServices(ctx, page.Database)
	if err != nil {
		return err
	}
	if page.Exporter, err = d.startExporter(ctx, root, page.Database, external, flags); err != nil {
		return err
	}
	page.Website = external.Website.URL("/api/health")
	d.run(ctx, "the services", func(ctx context.Context) { external.Run(ctx, page.Exporter.InboundURL) })
	website, err := drains.New(drains.Options{
		URL: page.Exporter.InboundURL, Secret: page.Exporter.secret, Rate: page.Requests, Failed: external.CaptureRequest,
	})
	if err != nil {
		return err
	}
	d.run(ctx, "the website", website.Run)
	notifications := &heldWriter{out: d.out}
	if err := d.startAlerting(ctx, root, notifications, flags, &page); err != nil {
		return err
	}
	if err := d.startStatusPage(ctx, flags, &page); err != nil {
		return err
	}
	faults := newFaultRunner(faultTarget{page.Database, website, external}, &d.mu, d.print)
	d.run(ctx, "", func(ctx context.Context) { faults.follow(ctx, directory(*flags.dir)) })
	defer notifications.release()
	return page.show(d.out)
}

// run runs a goroutine until the demo stops.
func (d *demo) run(ctx context.Context, name string, do func(context.Context)) {
	stop := background(ctx, do)
	d.onStop(name, func() error { stop(); return nil })
}

// screen is the data of screen.txt.
type screen struct {
	Database     database
	Exporter     exporter
	StatusPage   string  // URL
	Website      string  // URL of its health endpoint
	Requests     float64 // a second, in the drains
	Prometheus   string  // URL
	Alerts       string  // path of the page of alerts, empty for a Prometheus without web pages
	Alertmanager string  // URL
	Grafana      string  // URL, empty where it is not installed
	Faster       int     // divisor of Alertmanager's waiting times
	Faults       string
}

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
