package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStatementsAreAllDifferentAndOfTheLengthsThatAreWanted(t *testing.T) {
	const count = 5000
	seen := map[[2]int]bool{}
	var total, short, long int
	for i := range count {
		first, second := twoColumns(i)
		require.NotEqual(t, first, second)
		require.Less(t, max(first, second), wideColumns)
		require.False(t, seen[[2]int{first, second}], "statement %d is there twice", i)
		seen[[2]int{first, second}] = true
		length := len(statement(i))
		total += length
		require.Less(t, length, longest+100)
		require.Greater(t, length, shortest-100)
		if length < shortest+100 {
			short++
		}
		if length > longest-100 {
			long++
		}
	}
	require.Positive(t, short)
	require.Positive(t, long)
	require.InDelta(t, (shortest+longest)/2, total/count, 100)
}

func TestIndexesGoRoundTheTables(t *testing.T) {
	opts := options{tables: 20, indexes: 50}
	indexes := 0
	for i := range opts.tables {
		sql := relation(i, opts)
		indexes += strings.Count(sql, "PRIMARY KEY") + strings.Count(sql, "CREATE INDEX")
	}
	require.Equal(t, opts.indexes, indexes)
}
