package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/alecthomas/kingpin/v2"
)

// upFlags say what `demo up` makes and where it listens, always on 127.0.0.1.
type upFlags struct {
	size           sizeFlags
	rate           *float64
	exporterPort   int
	prometheusPort int
}

func upCommand(cmd *kingpin.CmdClause) command {
	var flags upFlags
	flags.size.register(cmd)
	flags.rate = rateFlag(cmd)
	cmd.Flag("exporter.port", "Port of the exporter; 0 is 9847 if that is free, else any.").Default("0").IntVar(&flags.exporterPort)
	cmd.Flag("prometheus.port", "Port of Prometheus; 0 is 9090 if that is free, else any.").Default("0").IntVar(&flags.prometheusPort)
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
	var program string
	err = d.step("building the exporter", func() (err error) {
		program, err = d.buildExporter(ctx, tools.root)
		return err
	})
	if err != nil {
		return err
	}
	db, err := d.startDatabase(ctx, tools, flags.size)
	if err != nil {
		return err
	}
	d.startTraffic(ctx, db, *flags.rate)
	exporterURL, err := d.startExporter(ctx, program, db, flags.exporterPort)
	if err != nil {
		return err
	}
	prometheusURL, err := d.startPrometheus(ctx, tools.prometheus, exporterURL, flags.prometheusPort)
	if err != nil {
		return err
	}
	return showScreen(d.out, screen{Database: db, Exporter: exporterURL, Prometheus: prometheusURL})
}

// startTraffic has people in the marketplace for as long as the demo is up.
func (d *demo) startTraffic(ctx context.Context, db database, rate float64) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	// Traffic that fails is to be seen in Prometheus; its log would only run over the screen.
	go func() { ended <- traffic(ctx, io.Discard, db.appURL, rate) }()
	d.onStop("traffic", func() error {
		cancel()
		if err := <-ended; err != nil {
			return fmt.Errorf("running traffic: %w", err)
		}
		return nil
	})
}
