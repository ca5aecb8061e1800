// Command which prints the path of a tool: which promtool. The name any-postgres or any-prometheus
// stands for the system's, or else the pinned one.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func main() {
	path, err := find(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
	fmt.Println(path)
}

func find(args []string) (string, error) {
	if len(args) != 1 {
		return "", errors.New("exactly one argument is required; hint: which promtool")
	}
	switch args[0] {
	case "any-postgres":
		path, _, err := toolbox.AnyPostgres()
		return path, err
	case "any-prometheus":
		return toolbox.AnyPrometheus()
	default:
		return toolbox.Path(args[0])
	}
}
