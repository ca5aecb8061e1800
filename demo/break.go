package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/alecthomas/kingpin/v2"
)

func breakCommand(cmd *kingpin.CmdClause) command {
	socket := controlFlag(cmd)
	name := cmd.Arg("fault", "What to break; none mends it all, and nothing lists what there is.").String()
	return func(ctx context.Context, stdout io.Writer) error {
		said, err := order(ctx, *socket, *name)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(stdout, said)
		return err
	}
}

// order has the running demo do what was named, and is what it says to that.
func order(ctx context.Context, socket, name string) (string, error) {
	switch name {
	case "":
		return "what can break, with FAULT=name:\n" + listFaults(), nil
	case "none", "heal":
		return askControl(ctx, socket, http.MethodDelete, "/faults")
	}
	if _, err := findFault(name); err != nil {
		return "", err
	}
	return askControl(ctx, socket, http.MethodPost, "/faults/"+name)
}

func dialControl(ctx context.Context, path string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", path)
}

// askControl is what the demo answers.
func askControl(ctx context.Context, path, method, what string) (string, error) {
	client := &http.Client{Transport: &http.Transport{
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return dialControl(ctx, path) },
		DisableKeepAlives: true,
	}}
	request, err := http.NewRequestWithContext(ctx, method, "http://demo"+what, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("asking the demo: %w", err)
	}
	response, err := client.Do(request)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return "", fmt.Errorf("asking the demo: none runs here: start one with `make demo` in another terminal: %w", err)
	}
	if err != nil {
		return "", fmt.Errorf("asking the demo: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", fmt.Errorf("reading the demo's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return "", errors.New(strings.TrimSpace(string(body)))
	}
	return strings.TrimSpace(string(body)), nil
}
