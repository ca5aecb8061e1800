// Command which prints where a tool is, by the rules of package toolbox, for scripts: which promtool.
// The names any-postgres and any-prometheus stand for whichever the system has.
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
		return "", errors.New("reading the command line: name one tool")
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
