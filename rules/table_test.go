package rules_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/rules"
)

func TestTheREADMEShowsEveryAlert(t *testing.T) {
	bundle, err := rules.Load()
	require.NoError(t, err)
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), bundle.Table(), "hint: make generate")
}
