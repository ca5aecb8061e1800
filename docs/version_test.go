package docs_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

func TestVersionsAgree(t *testing.T) {
	version := strings.TrimSpace(read(t, "../VERSION"))
	require.Regexp(t, `^\d+\.\d+\.\d+$`, version)
	newest := regexp.MustCompile(`(?m)^## \[(.+?)\]`).FindStringSubmatch(read(t, "../CHANGELOG.md"))
	require.NotNil(t, newest)
	require.Equal(t, version, newest[1], "the newest version of CHANGELOG.md is that of VERSION")
	bundle, err := rules.Load()
	require.NoError(t, err)
	require.Equal(t, version, bundle.Version, "the label version of the rules is VERSION")
}
