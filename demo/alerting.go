package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aimarketplace/monitoring/internal/amserver"
	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/promserver"
	"github.com/aimarketplace/monitoring/internal/receivers"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

// startAlerting starts Alertmanager, Prometheus and, where it is installed, Grafana.
func (d *demo) startAlerting(ctx context.Context, root string, notifications io.Writer, flags upFlags, page *screen) error {
	if err := d.startAlertmanager(ctx, notifications, flags, page); err != nil {
		return err
	}
	if err := d.startPrometheus(ctx, flags, page); err != nil {
		return err
	}
	if program, home := toolbox.Grafana(); program != "" {
		// The demo is complete without it, so a Grafana that does not start is reported only.
		if err := d.startGrafana(ctx, root, program, home, flags, page); err != nil {
			d.print("%s\n", err)
		}
	}
	return ctx.Err()
}

// startAlertmanager runs the production configuration with receivers on this machine, which print
// the notifications.
func (d *demo) startAlertmanager(ctx context.Context, notifications io.Writer, flags upFlags, page *screen) error {
	program, reduced, err := toolbox.AnyAlertmanager()
	if err != nil {
		return err
	}
	port, err := flags.ports["alertmanager"](ctx)
	if err != nil {
		return err
	}
	people, err := receivers.Start(ctx, notifications)
	if err != nil {
		return err
	}
	d.onStop("", people.Close)
	return d.step("starting Alertmanager", func() error {
		server, err := amserver.Start(ctx, amserver.Options{
			Path: program, To: people.Access(), Faster: flags.faster, Port: port, Reduced: reduced,
		})
		if err != nil {
			return err
		}
		page.Alertmanager = server.URL()
		d.keep("Alertmanager", server)
		return nil
	})
}

// prometheusConfig scrapes and evaluates more often than in production, to show the effect of a
// fault sooner. The rules are those of production.
const prometheusConfig = `global:
  scrape_interval: 5s
  scrape_timeout: 4s
  evaluation_interval: 5s
rule_files: [%[1]q]
alerting:
  alertmanagers:
    - static_configs:
        - targets: [%[2]q]
scrape_configs:
  - job_name: marketplace_exporter
    honor_labels: true # drains have the environment of each request
    static_configs:
      - targets: [%[3]q]
        labels: {environment: production}
  - job_name: prometheus
    static_configs:
      - targets: ["127.0.0.1:%[4]d"]
        labels: {environment: production}
  - job_name: alertmanager
    static_configs:
      - targets: [%[2]q]
        labels: {environment: production}
`

func (d *demo) startPrometheus(ctx context.Context, flags upFlags, page *screen) error {
	program, args, err := toolbox.AnyPrometheus()
	if err != nil {
		return err
	}
	port, err := flags.ports["prometheus"](ctx)
	if err != nil {
		return err
	}
	host := func(url string) string { return strings.TrimPrefix(url, "http://") }
	config := fmt.Sprintf(prometheusConfig, flags.rules, host(page.Alertmanager), host(page.Exporter.URL), port)
	var server *promserver.Server
	err = d.step("starting Prometheus", func() (err error) {
		server, err = promserver.Start(ctx, promserver.Options{Path: program, Config: config, Port: port, Args: args})
		return err
	})
	if err != nil {
		return err
	}
	d.keep("Prometheus", server)
	page.Prometheus = server.URL()
	for _, path := range []string{"/classic/alerts", "/alerts"} {
		if child.Responds(path)(ctx, server.Server) == nil {
			page.Alerts = path
		}
	}
	return d.step("waiting for the first scrape", func() error { return awaitScrape(ctx, server) })
}

// awaitScrape waits until Prometheus has scraped the exporter and the exporter has reached the
// database.
func awaitScrape(ctx context.Context, server *promserver.Server) error {
	const timeout = time.Minute
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, errors.New("no scrape with pg_up 1 within a minute"))
	defer cancel()
	for {
		samples, err := server.Query(ctx, "pg_up == 1")
		if err == nil && len(samples) > 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// startGrafana runs the installed Grafana with the provisioning of docker-compose.yml. Viewers need
// no login.
func (d *demo) startGrafana(ctx context.Context, root, program, home string, flags upFlags, page *screen) error {
	port, err := flags.ports["grafana"](ctx)
	if err != nil {
		return err
	}
	boards := filepath.Join(root, "dashboards", "json")
	here := strings.NewReplacer("http://prometheus:9090", page.Prometheus, "/etc/grafana/dashboards", boards, "timeInterval: 15s", "timeInterval: 5s")
	return d.step("starting Grafana", func() error {
		dir, err := os.MkdirTemp("", "grafana-") // its environment needs the path
		if err != nil {
			return err
		}
		server, err := child.Start(ctx, child.Options{
			Name: "Grafana", Dir: dir, Port: port, Ready: child.Responds("/api/health"),
			Env: []string{
				"GF_SERVER_HTTP_ADDR=127.0.0.1", fmt.Sprintf("GF_SERVER_HTTP_PORT=%d", port),
				"GF_PATHS_DATA=" + dir, "GF_PATHS_LOGS=" + dir, "GF_PATHS_PLUGINS=" + dir, "GF_PATHS_PROVISIONING=" + filepath.Join(dir, "provisioning"),
				"GF_AUTH_ANONYMOUS_ENABLED=true", "GF_AUTH_DISABLE_LOGIN_FORM=true", "GF_SECURITY_ADMIN_PASSWORD=" + rand.Text(),
				"GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH=" + filepath.Join(boards, "marketplace-overview.json"),
				"GF_PLUGINS_PREINSTALL_DISABLED=true", "GF_ANALYTICS_REPORTING_ENABLED=false", "GF_ANALYTICS_CHECK_FOR_UPDATES=false",
			},
			Prepare: func(_ context.Context, s *child.Server) ([]string, error) {
				for _, name := range []string{"datasources/prometheus.yml", "dashboards/marketplace.yml"} {
					text, err := os.ReadFile(filepath.Join(root, "deploy", "grafana", "provisioning", name))
					if err != nil {
						return nil, err
					}
					if err := s.Write(filepath.Join("provisioning", name), here.Replace(string(text))); err != nil {
						return nil, err
					}
				}
				return []string{program, "server", "--homepath", home}, nil
			},
		})
		if err != nil {
			return err
		}
		page.Grafana = server.URL()
		d.keep("Grafana", server)
		return nil
	})
}
