package deploy_test

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/child"
	"github.com/aimarketplace/monitoring/internal/freeport"
	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := toolbox.Path(name)
	require.NoError(t, err)
	return path
}

// goBuild builds a command of the repository and returns its path.
func goBuild(t *testing.T, pkg string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), filepath.Base(pkg))
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, pkg)
	build.Dir = root
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	return program
}

// onHost replaces the paths of a container with those of this machine: mounts and secrets with
// their sources, volumes with temporary directories.
func (s service) onHost(t *testing.T) *strings.Replacer {
	t.Helper()
	paths := map[string]string{}
	for _, m := range s.mounts(t) {
		source, err := filepath.Abs(m.source)
		require.NoError(t, err)
		if m.volume {
			source = t.TempDir()
		}
		paths[m.target] = source
	}
	secrets := generateSecrets(t)
	for _, secret := range s.Secrets {
		paths[secret.Target] = filepath.Join(secrets, secret.Source)
		paths[filepath.Join(filepath.Dir(secret.Target), "*")] = filepath.Join(secrets, "*")
	}
	var pairs []string
	// Longer ones first: a volume may be above a mount.
	for _, path := range slices.SortedFunc(maps.Keys(paths), func(a, b string) int { return len(b) - len(a) }) {
		pairs = append(pairs, path, paths[path])
	}
	return strings.NewReplacer(pairs...)
}

// configure copies a configuration, and the directories beside it, and replaces the paths in it.
func configure(t *testing.T, file string, paths *strings.Replacer, beside ...string) string {
	t.Helper()
	folder := t.TempDir()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	adapted := filepath.Join(folder, filepath.Base(file))
	require.NoError(t, os.WriteFile(adapted, []byte(paths.Replace(string(text))), 0o600))
	for _, name := range beside {
		require.NoError(t, os.CopyFS(filepath.Join(folder, name), os.DirFS(filepath.Join(filepath.Dir(file), name))))
	}
	return adapted
}

func freeAddress(t *testing.T) string {
	t.Helper()
	port, err := freeport.Pick(t.Context())
	require.NoError(t, err)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// starts runs a program with the service's flags on a free port, and requires the service's health
// check to succeed while the program runs and to fail after its end.
func (s service) starts(t *testing.T, program, checker, config string, paths *strings.Replacer) {
	t.Helper()
	address := freeAddress(t)
	args := []string{"--web.listen-address=" + address}
	for _, arg := range s.Command {
		if strings.HasPrefix(arg, "--config.file=") {
			args = append(args, "--config.file="+config)
			continue
		}
		if flag, _, found := strings.Cut(arg, "listen-address=:"); found { // a running demo may use the port
			args = append(args, flag+"listen-address="+freeAddress(t))
			continue
		}
		args = append(args, paths.Replace(arg))
	}
	inContainer := s.Ports[0][strings.LastIndex(s.Ports[0], ":"):]
	check := func(ctx context.Context) error {
		var args []string
		for _, arg := range s.Healthcheck.Test[2:] {
			args = append(args, strings.ReplaceAll(arg, "127.0.0.1"+inContainer, address))
		}
		output, err := exec.CommandContext(ctx, checker, args...).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, output)
		}
		return nil
	}

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	running, err := child.Start(ctx, child.Options{
		Name:    filepath.Base(program),
		Prepare: func(context.Context, *child.Server) ([]string, error) { return append([]string{program}, args...), nil },
		Ready:   func(ctx context.Context, _ *child.Server) error { return check(ctx) },
	})
	require.NoError(t, err)
	// A graceful shutdown of Alertmanager takes a minute after the start.
	require.NoError(t, running.Stop(t.Context(), syscall.SIGKILL))
	require.NoError(t, running.Close())
	require.Error(t, check(t.Context()), "the check succeeds without a server")
}

// An exporter without a database is healthy: it reports that the database is down.
func TestExporterStartsAsComposed(t *testing.T) {
	s := compose(t).Services["exporter"]
	s.starts(t, goBuild(t, "./exporter"), goBuild(t, "./deploy/healthcheck"), "", s.onHost(t))
}

func TestPrometheusStartsAsComposed(t *testing.T) {
	s := compose(t).Services["prometheus"]
	paths := s.onHost(t)
	config := configure(t, "prometheus/prometheus.yml", paths)
	promtool := tool(t, "promtool")
	output, err := exec.CommandContext(t.Context(), promtool, "check", "config", "--lint=all", "--lint-fatal", config).CombinedOutput()
	require.NoError(t, err, string(output))
	rules, err := filepath.Glob(filepath.Join(root, "rules", "*.yml"))
	require.NoError(t, err)
	require.Contains(t, string(output), fmt.Sprintf("%d rule files found", len(rules)), "rule_files matches all rules")
	s.starts(t, tool(t, "prometheus"), promtool, config, paths)
}

func TestAlertmanagerStartsAsComposed(t *testing.T) {
	s := compose(t).Services["alertmanager"]
	paths := s.onHost(t)
	config := configure(t, "../alertmanager/alertmanager.yml", paths, "templates")
	amtool := tool(t, "amtool")
	output, err := exec.CommandContext(t.Context(), amtool, "check-config", config).CombinedOutput()
	require.NoError(t, err, string(output))
	s.starts(t, tool(t, "alertmanager"), amtool, config, paths)
}
