// Command healthcheck requests a URL and succeeds if the status is 200. Docker runs it in images
// that have no shell.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "healthcheck:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: healthcheck URL")
	}
	const timeout = 5 * time.Second // shorter than Docker's, which ends the process without a message
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil) //nolint:gosec // the URL is the argument of the operator
	if err != nil {
		return fmt.Errorf("parsing the URL: %w", err)
	}
	response, err := http.DefaultClient.Do(request) //nolint:gosec // as above
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s returned status %s", args[0], response.Status)
	}
	return nil
}
