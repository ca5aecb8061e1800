// Command which prints the path of a tool: which promtool. The names any-postgres,
// any-prometheus and any-alertmanager stand for those that the demo runs.
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
		path, _, err := toolbox.AnyPrometheus()
		return path, err
	case "any-alertmanager":
		path, _, err := toolbox.AnyAlertmanager()
		return path, err
	default:
		return toolbox.Path(args[0])
	}
}
