// Package architecture_test checks the directions of imports: main → app → sources → shared
// packages.
//
// It derives the sources from the directories, so that a new source needs no change here. The
// compiler already rejects imports of main packages, and depguard imports of package testing
// outside of tests.
package architecture_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/aimarketplace/monitoring/"

// pkg is a package as `go list` prints it. Its paths are relative to the module.
type pkg struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func listPackages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", module+"...").Output()
	require.NoError(t, err)
	var packages []pkg
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			require.NotEmpty(t, packages)
			return packages
		}
		require.NoError(t, err)
		p.ImportPath = strings.TrimPrefix(p.ImportPath, module)
		for _, imports := range []*[]string{&p.Imports, &p.TestImports, &p.XTestImports} {
			*imports = ours(*imports)
		}
		packages = append(packages, p)
	}
}

// ours returns the imports from this module.
func ours(imports []string) []string {
	var found []string
	for _, path := range imports {
		if rest, ok := strings.CutPrefix(path, module); ok {
			found = append(found, rest)
		}
	}
	return found
}

// room returns the directory below exporter that a package is in, or "" for packages elsewhere and
// for main.
func room(path string) string {
	rest, ok := strings.CutPrefix(path, "exporter/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// isShared reports whether the sources may import a directory of the exporter.
func isShared(room string) bool {
	return slices.Contains([]string{"api", "check", "database", "failure", "inbound", "metric", "source"}, room)
}

func isSource(room string) bool { return room != "" && room != "app" && !isShared(room) }

func TestSourcesAreFound(t *testing.T) {
	var sources []string
	for _, p := range listPackages(t) {
		if r := room(p.ImportPath); isSource(r) && !slices.Contains(sources, r) {
			sources = append(sources, r)
		}
	}
	require.Subset(t, sources, []string{"kpi", "postgres", "vercel"})
}

func TestSourcesNeverImportEachOther(t *testing.T) {
	for _, p := range listPackages(t) {
		from := room(p.ImportPath)
		if !isSource(from) {
			continue
		}
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			to := room(path)
			require.False(t, isSource(to) && to != from, "%s imports the source %s", p.ImportPath, path)
		}
	}
}

func TestExporterImportsDownwardsOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		from := room(p.ImportPath)
		if from == "" {
			continue
		}
		for _, path := range p.Imports {
			to := room(path)
			require.NotEmpty(t, to, "%s imports %s, which is not part of the exporter", p.ImportPath, path)
			require.False(t, to == "app" && from != "app", "%s imports %s", p.ImportPath, path)
			require.False(t, isShared(from) && !isShared(to), "%s imports %s: shared packages know no source", p.ImportPath, path)
		}
	}
}

// The drains of Vercel share the packages beside them, and nothing of each other.
func TestDrainsNeverImportEachOther(t *testing.T) {
	drains := []string{"exporter/vercel/traces", "exporter/vercel/logs", "exporter/vercel/browser"}
	drainOf := func(path string) int {
		return slices.IndexFunc(drains, func(drain string) bool { return strings.HasPrefix(path+"/", drain+"/") })
	}
	for _, p := range listPackages(t) {
		from := drainOf(p.ImportPath)
		for _, path := range p.Imports {
			to := drainOf(path)
			require.False(t, from >= 0 && to >= 0 && from != to, "%s imports %s", p.ImportPath, path)
		}
	}
}

func TestDashboardsImportRulesOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		if !strings.HasPrefix(p.ImportPath+"/", "dashboards/") {
			continue
		}
		for _, path := range p.Imports {
			require.True(t, path == "rules" || strings.HasPrefix(path, "dashboards"), "%s imports %s", p.ImportPath, path)
		}
	}
}

// The report reads series, so that it can run far from the exporter and its secrets. It shares with
// the exporter only the format of the on-call schedule.
func TestReportImportsOnlyTheScheduleOfTheExporter(t *testing.T) {
	for _, p := range listPackages(t) {
		if !strings.HasPrefix(p.ImportPath+"/", "report/") {
			continue
		}
		for _, path := range p.Imports {
			allowed := path == "rules" || path == "exporter/oncall/schedule" || strings.HasPrefix(path, "report/")
			require.True(t, allowed, "%s imports %s", p.ImportPath, path)
		}
	}
}
