package postgres

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTotalsAreMonotonic(t *testing.T) {
	m := monotonic{}
	require.EqualValues(t, 100, m.next(100))
	require.EqualValues(t, 100, m.next(95), "an eviction")
	require.EqualValues(t, 110, m.next(105))
	require.EqualValues(t, 3, m.next(3), "a reset")
	require.EqualValues(t, 4, m.next(4))
}
