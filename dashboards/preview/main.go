// Command preview draws a board as a page, for people who change boards and have no Grafana at hand. It reads the
// board's generated JSON, asks a running Prometheus what its panels ask, and writes one file that needs nothing else.
//
//	go run ./dashboards/preview -board=marketplace-business -out=board.html
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "preview:", err)
		os.Exit(1)
	}
}

// run draws the board that args name.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	flags := flag.NewFlagSet("preview", flag.ContinueOnError)
	flags.SetOutput(stderr)
	prometheus := flags.String("prometheus", "http://127.0.0.1:9090", "root of the Prometheus to ask")
	dir := flags.String("json", "dashboards/json", "where the boards are")
	uid := flags.String("board", "marketplace-business", "uid of the board, which is its file's name")
	out := flags.String("out", "board.html", "page to write")
	length := flags.Duration("range", 10*time.Minute, "how far back it looks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *length < time.Minute {
		return fmt.Errorf("-range=%s: there is nothing to see in less than a minute", *length)
	}
	b, err := readBoard(filepath.Join(*dir, *uid+".json"))
	if err != nil {
		return err
	}
	span := period{End: time.Now().Truncate(time.Second), Length: *length}
	answers, err := newClient(*prometheus, span).askAll(ctx, b)
	if err != nil {
		return err
	}
	text, err := render(b, span, answers)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*out, text, 0o600); err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}
