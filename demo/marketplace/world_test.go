package marketplace

import (
	"crypto/sha256"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var now = time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)

func TestTheSameSeedMakesTheSameRows(t *testing.T) {
	base := SeedOptions{Users: 1500, Seed: 7, Now: now}
	once, again := fingerprint(t, base), fingerprint(t, base)
	require.Equal(t, once, again)

	elsewhere := base
	elsewhere.Now = now.In(time.FixedZone("KST", 9*60*60))
	require.Equal(t, fingerprint(t, base), fingerprint(t, elsewhere), "the zone of Now is no part of it")

	for what, change := range map[string]func(*SeedOptions){
		"seed":  func(o *SeedOptions) { o.Seed++ },
		"users": func(o *SeedOptions) { o.Users++ },
		"now":   func(o *SeedOptions) { o.Now = o.Now.Add(time.Hour) },
	} {
		other := base
		change(&other)
		require.NotEqual(t, fingerprint(t, base), fingerprint(t, other), what)
	}
}

// fingerprint hashes every row of every table, with types, so that 1 and "1" differ.
func fingerprint(t *testing.T, opts SeedOptions) string {
	t.Helper()
	w, err := newWorld(opts)
	require.NoError(t, err)
	hash := sha256.New()
	for _, table := range w.tables() {
		for row := range table.rows {
			require.Len(t, row, len(table.columns), table.name)
			_, err := fmt.Fprintf(hash, "%s %#v\n", table.name, row)
			require.NoError(t, err)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}

func TestTheSmallestWorldIsWhole(t *testing.T) {
	for seed := range uint64(20) {
		w, err := newWorld(SeedOptions{Users: minimumUsers, Seed: seed, Now: now})
		require.NoError(t, err)
		for i := range w.orders {
			o := w.order(i)
			require.False(t, o.createdAt.Before(o.buyer.createdAt), "order %d precedes its buyer", i)
			require.True(t, o.prompt.onSale(o.createdAt), "order %d is of a prompt not on sale", i)
		}
	}
}

func TestCalendar(t *testing.T) {
	c := newCalendar(now)
	t.Run("spans a year that ends now", func(t *testing.T) {
		require.Equal(t, now.Add(-365*day), c.at(0))
		require.Equal(t, now, c.at(1))
	})
	t.Run("goes there and back", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			share := rapid.Float64Range(0, 1).Draw(t, "share")
			require.InDelta(t, share, c.share(c.at(share)), 1e-9)
		})
	})
	t.Run("never goes back in time", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			earlier := rapid.Float64Range(0, 1).Draw(t, "earlier")
			later := rapid.Float64Range(earlier, 1).Draw(t, "later")
			require.False(t, c.at(later).Before(c.at(earlier)))
		})
	})
	t.Run("keeps the day when it moves the hour", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			at := c.at(rapid.Float64Range(0.01, 1).Draw(t, "share"))
			moved := c.rehour(at, rapid.Float64Range(0, 0.999).Draw(t, "hour"))
			require.Equal(t, at.Truncate(day), moved.Truncate(day))
		})
	})
}

func TestIDsLookLikePrismas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := cuid(rapid.Uint64().Draw(t, "high"), rapid.Uint64().Draw(t, "low"))
		require.Regexp(t, `^c[0-9a-z]{24}$`, id)
	})
	require.Regexp(t, `^c[0-9a-z]{24}$`, cuid(0, math.MaxUint64))
	one, other := newID(), newID()
	require.NotEqual(t, one, other)
}

func TestMoneyIsStoredInMajorUnits(t *testing.T) {
	require.Equal(t, 4900.0, money{4900, "KRW"}.major())
	require.Equal(t, 12.5, money{1250, "USD"}.major())
	require.Equal(t, money{149, "EUR"}, money{999, "EUR"}.percent(15))              // rounded down
	require.Equal(t, money{850, "EUR"}, money{999, "EUR"}.minus(money{149, "EUR"})) // the rest is the seller's
}
