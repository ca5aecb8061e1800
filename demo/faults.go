package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/aimarketplace/monitoring/demo/drains"
)

// fault is something that breaks in the running demo, and can be mended.
type fault struct {
	name string
	does string
	told string // what people are told, how long after it, and when that ends
	// unless is another fault, while which this one can neither begin nor end.
	unless     string
	begin, end func(context.Context, stage) error
}

// stage is what faults act on: the parts of a running demo that can break.
type stage struct {
	db      database
	website *drains.Sender
}

// faults are in the order that they are mended in.
func faults() []fault { return slices.Concat(databaseFaults(), websiteFaults()) }

// findFault fails with a list of those that there are.
func findFault(name string) (fault, error) {
	all := faults()
	i := slices.IndexFunc(all, func(f fault) bool { return f.name == name })
	if i < 0 {
		return fault{}, fmt.Errorf("no fault is called %q; there are:\n%s", name, listFaults())
	}
	return all[i], nil
}

// listFaults is a table for people.
func listFaults() string {
	var list strings.Builder
	table := tabwriter.NewWriter(&list, 0, 0, 2, ' ', 0)
	for _, f := range faults() {
		fmt.Fprintf(table, "  %s\t%s\n\t  -> %s\n", f.name, f.does, f.told)
	}
	fmt.Fprintf(table, "  none\tmends whatever is broken\n")
	_ = table.Flush() // a Builder takes everything
	return strings.TrimRight(list.String(), "\n")
}
