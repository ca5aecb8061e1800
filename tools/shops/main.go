// Command shops simulates marketplaces of three sizes and reports how many alerts of the shipped
// rules fire without any incident, and how fast they find each type of incident. It fails if a
// limit is exceeded.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
	"github.com/aimarketplace/monitoring/tools/shops/simulate"
)

type options struct {
	rules, shops, output string
	days                 int
}

func main() {
	var o options
	flag.StringVar(&o.rules, "rules", "../../rules/*.yml", "Pattern of the rule files.")
	flag.StringVar(&o.shops, "shops", "small,medium,big", "Sizes of shops.")
	flag.IntVar(&o.days, "days", 28, "Days without any incident.")
	flag.StringVar(&o.output, "output", "", "File to write the tables to, in addition to standard output.")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "shops:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	files, err := filepath.Glob(o.rules)
	if err != nil {
		return err
	}
	rules, err := evaluate.Load(files)
	if err != nil {
		return err
	}
	results, err := observeAll(ctx, rules, o)
	if err != nil {
		return err
	}
	page := report(results)
	fmt.Print(page)
	if o.output != "" {
		if err := os.WriteFile(o.output, []byte(page), 0o644); err != nil { //nolint:gosec // readable by all users, like the rest of the checkout
			return fmt.Errorf("writing the tables: %w", err)
		}
	}
	if problems := exceeded(results); len(problems) > 0 {
		return fmt.Errorf("%d limits are exceeded:\n%s", len(problems), strings.Join(problems, "\n"))
	}
	return nil
}

// observeAll observes the shops side by side.
func observeAll(ctx context.Context, rules *evaluate.Rules, o options) ([]*result, error) {
	var shops []simulate.Shop
	for _, shop := range simulate.Shops() {
		if slices.Contains(strings.Split(o.shops, ","), shop.Name) {
			shops = append(shops, shop)
		}
	}
	results, errs := make([]*result, len(shops)), make([]error, len(shops))
	var wait sync.WaitGroup
	for i, shop := range shops {
		wait.Go(func() { results[i], errs[i] = observe(ctx, rules, shop, o.days, simulate.Incidents()) })
	}
	wait.Wait()
	return results, errors.Join(errs...)
}
