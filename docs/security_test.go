package docs_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test in the table is PACKAGE.NAME.
func TestThreatsHaveTests(t *testing.T) {
	_, table, found := strings.Cut(read(t, "../SECURITY.md"), "## Threat model")
	require.True(t, found)
	named := regexp.MustCompile("`([a-z0-9/]+)\\.(Test\\w+)`")
	threats := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) != 7 || strings.HasPrefix(line, "| who |") || strings.HasPrefix(line, "| ---") {
			continue
		}
		threats++
		tests := named.FindAllStringSubmatch(cells[5], -1)
		require.NotEmpty(t, tests, line)
		for _, test := range tests {
			require.Contains(t, testsOf(t, test[1]), "\nfunc "+test[2]+"(", "%s has no %s", test[1], test[2])
		}
	}
	require.Greater(t, threats, 20)
}

// testsOf returns the text of the tests in a package.
func testsOf(t *testing.T, directory string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", directory, "*_test.go"))
	require.NoError(t, err)
	var text strings.Builder
	for _, path := range paths {
		text.WriteString(read(t, path))
	}
	return text.String()
}
