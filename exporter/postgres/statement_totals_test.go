package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTotalsAreMonotonic(t *testing.T) {
	m := monotonic{}
	require.EqualValues(t, 100, m.next(100, time.Time{}))
	require.EqualValues(t, 100, m.next(95, time.Time{}), "an eviction")
	require.EqualValues(t, 110, m.next(105, time.Time{}))
	require.EqualValues(t, 3, m.next(3, time.Time{}), "a reset")
	require.EqualValues(t, 4, m.next(4, time.Time{}))
}

func TestTimeOfTheResetDistinguishesResetsFromEvictions(t *testing.T) {
	reset := time.Now()
	m := monotonic{}
	require.EqualValues(t, 100, m.next(100, reset))
	require.EqualValues(t, 100, m.next(3, reset), "most entries were evicted")
	require.EqualValues(t, 107, m.next(10, reset))
	require.EqualValues(t, 9, m.next(9, reset.Add(time.Second)), "a reset")
	require.EqualValues(t, 11, m.next(11, reset.Add(time.Second)))
	require.EqualValues(t, 11, m.next(10, time.Time{}), "without the time, as before")
	require.EqualValues(t, 12, m.next(11, reset.Add(time.Second)))
}
