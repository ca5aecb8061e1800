// Command generate writes the boards to dashboards/json. Run it from the root of the repository.
package main

import (
	"fmt"
	"os"

	"github.com/aimarketplace/monitoring/dashboards"
)

func main() {
	if err := dashboards.Write("dashboards/json"); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}
