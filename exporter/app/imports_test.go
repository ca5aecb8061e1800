package app

import (
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const exporterPath = "github.com/aimarketplace/monitoring/exporter"

// TestSourcesDoNotImportEachOther holds for every source in the list of sources, and for the
// packages that sources share: only package app imports sources.
func TestSourcesDoNotImportEachOther(t *testing.T) {
	var sources []string
	for _, m := range modules() {
		sources = append(sources, reflect.TypeOf(m).Elem().PkgPath())
	}
	require.GreaterOrEqual(t, len(sources), 3)
	list := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", exporterPath+"/...")
	output, err := list.CombinedOutput()
	require.NoError(t, err, string(output))
	for line := range strings.Lines(string(output)) {
		importer, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		if importer == exporterPath {
			continue // package main imports package app
		}
		for imported := range strings.FieldsSeq(imports) {
			require.NotEqual(t, exporterPath+"/app", imported, importer)
			for _, s := range sources {
				if within(imported, s) && importer != exporterPath+"/app" {
					require.Truef(t, within(importer, s), "%s imports %s; hint: share code in a package beside the sources", importer, imported)
				}
			}
		}
	}
}

// within reports whether a package is the given one or below it.
func within(pkg, root string) bool { return pkg == root || strings.HasPrefix(pkg, root+"/") }
