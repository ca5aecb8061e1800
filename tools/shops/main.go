// Command shops simulates marketplaces and counts the alerts of the shipped rules.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/aimarketplace/monitoring/tools/shops/evaluate"
	"github.com/aimarketplace/monitoring/tools/shops/simulate"
)

func main() {
	files, _ := filepath.Glob("../../rules/*.yml")
	rules, err := evaluate.Load(files)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	days, _ := strconv.Atoi(os.Args[1])
	for _, shop := range simulate.Shops() {
		if len(os.Args) > 2 && os.Args[2] != shop.Name {
			continue
		}
		begin := time.Now()
		r, err := observe(context.Background(), rules, shop, days, simulate.Incidents())
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(shop.Name, time.Since(begin), r.unknown)
		count := map[string]int{}
		for _, e := range r.episodes {
			count[e.Severity+" "+e.Alert]++
			if e.Alert != "Watchdog" && len(os.Args) > 3 {
				fmt.Println("   ", e.Severity, e.Alert, e.Labels, e.Start.UTC().Format(time.RFC822), e.End.Sub(e.Start))
			}
		}
		fmt.Println(count)
		for _, d := range r.found {
			fmt.Println(" ", d.incident.Name, "|", d.severity, d.alert, d.after, "|", d.others, "| late", d.late)
		}
	}
}
