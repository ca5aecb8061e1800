package rules_test

import (
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// equivalents are changes that no story can notice, or none at a reasonable cost.
var equivalents = []struct {
	change *regexp.Regexp
	reason string
}{
	{regexp.MustCompile(`:p\d\d_\w+: >= → >$`), "a quantile of exactly 0 does not occur"},
	{
		regexp.MustCompile(`_bucket:\w+(\[.*\])?: (rate → increase|sum_over_time → avg_over_time)$`),
		"quantiles do not depend on the scale of the buckets",
	},
	{
		regexp.MustCompile(`:p\d\d_1d: sum_over_time → avg_over_time$`),
		"quantiles do not depend on the scale of the buckets",
	},
}

// withoutEquivalents drops the mutants that no story needs to notice.
func withoutEquivalents(t *testing.T, mutants []*mutant) []*mutant {
	t.Helper()
	for _, equivalent := range equivalents {
		before := len(mutants)
		mutants = slices.DeleteFunc(mutants, func(m *mutant) bool { return equivalent.change.MatchString(m.String()) })
		require.Less(t, len(mutants), before, "no mutant matches %s (%s)", equivalent.change, equivalent.reason)
	}
	return mutants
}
