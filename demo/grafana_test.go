package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// fakeGrafana makes the test binary act as Grafana, which serves its provisioned files.
const fakeGrafana = "DEMO_TEST_GRAFANA"

func TestMain(m *testing.M) {
	if os.Getenv(fakeGrafana) == "" {
		os.Exit(m.Run())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("GET /", http.FileServer(http.Dir(os.Getenv("GF_PATHS_PROVISIONING"))))
	server := http.Server{
		Addr:    os.Getenv("GF_SERVER_HTTP_ADDR") + ":" + os.Getenv("GF_SERVER_HTTP_PORT"),
		Handler: mux, ReadHeaderTimeout: time.Second,
	}
	fmt.Fprintln(os.Stderr, server.ListenAndServe())
}

func TestInstalledGrafanaIsProvisioned(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv(fakeGrafana, "1")
	root, err := toolbox.Root()
	require.NoError(t, err)
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	var out strings.Builder
	d := &demo{out: &out}
	flags := upFlags{ports: map[string]func(context.Context) (int, error){
		"grafana": func(context.Context) (int, error) { return port, nil },
	}}
	page := screen{Prometheus: "http://127.0.0.1:1"}
	require.NoError(t, d.startGrafana(t.Context(), root, os.Args[0], "/home", flags, &page))
	t.Cleanup(func() { require.NoError(t, d.stop()) })
	require.Contains(t, out.String(), "starting Grafana")

	for file, line := range map[string]string{
		"datasources/prometheus.yml": "url: http://127.0.0.1:1\n",
		"dashboards/marketplace.yml": "path: " + filepath.Join(root, "dashboards", "json") + "\n",
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page.Grafana+"/"+file, http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Contains(t, string(text), line)
	}
}
