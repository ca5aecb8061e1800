package toolbox_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/internal/toolbox"
)

func TestPathHasThePinnedVersion(t *testing.T) {
	path, err := toolbox.Path("promtool")
	require.NoError(t, err)
	root, err := toolbox.Root()
	require.NoError(t, err)
	gomod, err := os.ReadFile(filepath.Join(root, "tools", "prometheus", "go.mod"))
	require.NoError(t, err)
	_, version, _ := strings.Cut(filepath.Base(path), "-")
	require.Regexp(t, `github.com/prometheus/prometheus \Q`+version+`\E( // indirect)?\n`, string(gomod))
}

func TestPathFindsServersInSbin(t *testing.T) {
	t.Setenv("PATH", "/usr/bin:/bin")
	path, err := toolbox.Path("pgbouncer")
	require.NoError(t, err)
	require.Equal(t, "/usr/sbin/pgbouncer", path)
}

func TestErrorNamesTheTargetThatInstallsATool(t *testing.T) {
	t.Setenv("MARKETPLACE_TOOLS", t.TempDir())
	_, err := toolbox.Path("promtool")
	require.ErrorContains(t, err, "promtool is not installed")
	require.ErrorContains(t, err, "`make tools-promtool`")

	_, err = toolbox.Path("no-such-tool")
	require.ErrorContains(t, err, "no tools/*/go.mod has a tool line for no-such-tool")

	_, err = toolbox.Postgres(17)
	require.ErrorContains(t, err, "postgres-17 is not installed")
	require.ErrorContains(t, err, "`make tools-postgres-17`")

	_, err = toolbox.Postgres(9)
	require.ErrorContains(t, err, "tools/versions.env")
}

func TestRootFailsOutsideACheckout(t *testing.T) {
	t.Chdir("/") // a temporary directory may be below a go.mod
	_, err := toolbox.Root()
	require.ErrorContains(t, err, "inside a checkout")
}

func TestMajorsAreTheSupportedVersions(t *testing.T) {
	majors, err := toolbox.Majors()
	require.NoError(t, err)
	require.Equal(t, []int{13, 14, 15, 16, 17, 18}, majors)
	for _, major := range majors {
		dir, err := toolbox.Postgres(major)
		require.NoError(t, err)
		require.FileExists(t, filepath.Join(dir, "initdb"))
	}
}

func TestAnyPostgresHasInitdb(t *testing.T) {
	dir, major, err := toolbox.AnyPostgres()
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "initdb"))
	require.GreaterOrEqual(t, major, 13)
}

func TestAnyPrometheusIgnoresOldVersions(t *testing.T) {
	pinned, err := toolbox.Path("prometheus")
	require.NoError(t, err)
	t.Setenv("MARKETPLACE_TOOLS", linkTo(t, pinned))
	for version, want := range map[string]string{"2.41.0": "pinned", "2.42.0+ds": "", "3.1.0": "", "4.0.0-rc.1": ""} {
		t.Run(version, func(t *testing.T) {
			dir := t.TempDir()
			fake := filepath.Join(dir, "prometheus")
			script := "#!/bin/sh\necho 'prometheus, version " + version + " (branch: HEAD, revision: 1)'\n"
			require.NoError(t, os.WriteFile(fake, []byte(script), 0o755))
			t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
			got, args, err := toolbox.AnyPrometheus()
			require.NoError(t, err)
			require.Empty(t, args)
			if want == "" {
				require.Equal(t, fake, got)
			} else {
				require.Equal(t, filepath.Base(pinned), filepath.Base(got))
			}
		})
	}
}

// linkTo returns a cache directory without Debian's packages.
func linkTo(t *testing.T, program string) string {
	t.Helper()
	cache := t.TempDir()
	require.NoError(t, os.Symlink(program, filepath.Join(cache, filepath.Base(program))))
	return cache
}

func TestGrafanaHasItsHome(t *testing.T) {
	t.Setenv("PATH", "/nowhere")
	path, _ := toolbox.Grafana()
	require.Empty(t, path)

	home := t.TempDir()
	for _, dir := range []string{"bin", "conf", "public"} {
		require.NoError(t, os.Mkdir(filepath.Join(home, dir), 0o755))
	}
	program := filepath.Join(home, "bin", "grafana")
	require.NoError(t, os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755))
	t.Setenv("PATH", filepath.Dir(program))
	path, found := toolbox.Grafana()
	require.Equal(t, []string{program, home}, []string{path, found})
}
