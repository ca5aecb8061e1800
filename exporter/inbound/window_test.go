package inbound_test

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aimarketplace/monitoring/exporter/inbound"
)

// key returns the key of a number.
func key(w *inbound.Window, n int) inbound.Key {
	return w.Key("n", binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

func TestAKeyIsNewOnlyOnce(t *testing.T) {
	t.Parallel()
	w := inbound.NewWindow(time.Minute, 100)
	require.False(t, w.Has(key(w, 1)))
	require.True(t, w.Add(key(w, 1)))
	require.False(t, w.Add(key(w, 1)))
	require.True(t, w.Has(key(w, 1)))
	require.True(t, w.Add(key(w, 2)))
	require.False(t, w.Has(key(w, 3)), "Has adds nothing")
	require.True(t, w.Add(key(w, 3)))
	require.Equal(t, 3, w.Len())
}

func TestKeysDependOnKindAndParts(t *testing.T) {
	t.Parallel()
	w := inbound.NewWindow(time.Minute, 100)
	ab, c := []byte("ab"), []byte("c")
	keys := []inbound.Key{
		w.Key("n", ab, c), w.Key("m", ab, c), w.Key("n", []byte("a"), []byte("bc")), w.Key("n", []byte("abc")), w.Key("n", c, ab),
		w.Key("n", ab), w.Key("n", ab, nil), w.Key("n"),
	}
	for i, key := range keys {
		require.True(t, w.Add(key), i)
	}
	require.Equal(t, keys[0], w.Key("n", ab, c))
	require.NotEqual(t, keys[0], inbound.NewWindow(time.Minute, 100).Key("n", ab, c), "clients cannot construct rows with equal keys")
}

// pass lets time pass while another key is added in every interval.
func pass(w *inbound.Window, d, every time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		if pause := time.Until(end); pause < every {
			time.Sleep(pause)
			return
		}
		time.Sleep(every)
		w.Add(key(w, int(time.Now().UnixNano())))
	}
}

func TestAKeyStaysForOneToTwoWindows(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]time.Duration{
		"much traffic": 50 * time.Millisecond, "some": 7 * time.Second, "little": 19 * time.Second, "none": time.Hour,
	} {
		for phase := range 25 { // half seconds after the start of a generation
			synctest.Test(t, func(t *testing.T) {
				w := inbound.NewWindow(10*time.Second, 10_000)
				pass(w, time.Duration(phase)*500*time.Millisecond, every)
				require.True(t, w.Add(key(w, 0)))
				pass(w, 10*time.Second-time.Nanosecond, every)
				require.True(t, w.Has(key(w, 0)), "%s, %d", name, phase)
				pass(w, 10*time.Second+time.Nanosecond, every)
				require.True(t, w.Add(key(w, 0)), "%s, %d", name, phase)
				require.Zero(t, w.Evictions(), "nothing is evicted early")
			})
		}
	}
}

func TestOldKeysExpire(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := inbound.NewWindow(10*time.Second, 100)
		for n := range 30 {
			w.Add(key(w, n))
		}
		time.Sleep(11 * time.Second)
		w.Add(key(w, 30))
		require.Equal(t, 31, w.Len())
		time.Sleep(10 * time.Second)
		require.Equal(t, 1, w.Len(), "without any access")
		time.Sleep(20 * time.Second)
		require.Zero(t, w.Len())
		require.Zero(t, w.Evictions())
	})
}

func TestEvictionsAreCounted(t *testing.T) {
	t.Parallel()
	w := inbound.NewWindow(time.Hour, 1000)
	for n := range 1000 {
		require.True(t, w.Add(key(w, n)))
	}
	require.Equal(t, 1000, w.Len())
	require.Zero(t, w.Evictions())
	require.False(t, w.Add(key(w, 999)), "a duplicate needs no room")
	require.False(t, w.Add(key(w, 0)), "it is in the older generation")
	require.Equal(t, 1000, w.Len())

	w.Add(key(w, 1000))
	require.EqualValues(t, 500, w.Evictions(), "the older generation")
	require.Equal(t, 501, w.Len())
	require.False(t, w.Has(key(w, 499)))
	require.True(t, w.Has(key(w, 500)))
	for n := range 10_000 {
		w.Add(key(w, n))
		require.LessOrEqual(t, w.Len(), 1000)
	}
}

func TestConcurrentAdds(t *testing.T) {
	t.Parallel()
	w := inbound.NewWindow(time.Hour, 10_000)
	var added atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 1000 {
				if w.Add(key(w, n)) {
					added.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1000, added.Load())
	require.Equal(t, 1000, w.Len())
}

func BenchmarkAdd(b *testing.B) {
	w := inbound.NewWindow(time.Hour, 1_000_000)
	id := make([]byte, 36)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		binary.LittleEndian.PutUint64(id, uint64(n))
		w.Add(w.Key("n", id))
	}
}
