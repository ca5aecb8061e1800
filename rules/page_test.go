package rules_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAlertsPageIsUpToDate(t *testing.T) {
	t.Parallel()
	page, err := load(t).Page()
	require.NoError(t, err)
	committed, err := os.ReadFile("../docs/alerts.md")
	require.NoError(t, err)
	require.Equal(t, page, string(committed), "hint: make generate")
}
