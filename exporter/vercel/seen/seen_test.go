package seen_test

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/aimarketplace/monitoring/exporter/vercel/seen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is the one of a number.
func key(w *seen.Window, n int) seen.Key {
	return w.Key('n', binary.LittleEndian.AppendUint64(nil, uint64(n)))
}

func TestAKeyIsNewOnce(t *testing.T) {
	t.Parallel()
	w := seen.New(time.Minute, 100)
	require.False(t, w.Has(key(w, 1)))
	require.True(t, w.Add(key(w, 1)))
	require.False(t, w.Add(key(w, 1)))
	require.True(t, w.Has(key(w, 1)))
	require.True(t, w.Add(key(w, 2)))
	require.False(t, w.Has(key(w, 3)), "asking remembers nothing")
	require.True(t, w.Add(key(w, 3)))
	require.Equal(t, 3, w.Len())
}

func TestWhatAKeyIsMadeOfTellsItFromOthers(t *testing.T) {
	t.Parallel()
	w := seen.New(time.Minute, 100)
	ab, c := []byte("ab"), []byte("c")
	keys := []seen.Key{
		w.Key('n', ab, c), w.Key('m', ab, c), w.Key('n', []byte("a"), []byte("bc")), w.Key('n', []byte("abc")), w.Key('n', c, ab),
		w.Key('n', ab), w.Key('n', ab, nil), w.Key('n'),
	}
	for i, key := range keys {
		require.True(t, w.Add(key), i)
	}
	require.Equal(t, keys[0], w.Key('n', ab, c))
	require.NotEqual(t, keys[0], seen.New(time.Minute, 100).Key('n', ab, c), "nobody can make up rows that collide")
}

// pass lets time pass while another key comes every so often, the first one after that.
func pass(w *seen.Window, d, every time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
		if pause := time.Until(end); pause < every {
			time.Sleep(pause)
			return
		}
		time.Sleep(every)
		w.Add(key(w, int(time.Now().UnixNano())))
	}
}

func TestAKeyIsRememberedForTheSpanAndForgottenAfterTwiceThat(t *testing.T) {
	t.Parallel()
	for name, every := range map[string]time.Duration{
		"much traffic": 50 * time.Millisecond, "some": 7 * time.Second, "little": 19 * time.Second, "none": time.Hour,
	} {
		for phase := range 25 { // half seconds from the beginning of a generation
			synctest.Test(t, func(t *testing.T) {
				w := seen.New(10*time.Second, 10_000)
				pass(w, time.Duration(phase)*500*time.Millisecond, every)
				require.True(t, w.Add(key(w, 0)))
				pass(w, 10*time.Second-time.Nanosecond, every)
				require.True(t, w.Has(key(w, 0)), "%s, %d", name, phase)
				pass(w, 10*time.Second+time.Nanosecond, every)
				require.True(t, w.Add(key(w, 0)), "%s, %d", name, phase)
				require.Zero(t, w.Forgotten(), "everything stayed for its time")
			})
		}
	}
}

func TestWhatIsTooOldIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := seen.New(10*time.Second, 100)
		for n := range 30 {
			w.Add(key(w, n))
		}
		time.Sleep(11 * time.Second)
		w.Add(key(w, 30))
		require.Equal(t, 31, w.Len())
		time.Sleep(10 * time.Second)
		require.Equal(t, 1, w.Len(), "although nobody asked for a key")
		time.Sleep(20 * time.Second)
		require.Zero(t, w.Len())
		require.Zero(t, w.Forgotten())
	})
}

func TestThereIsNoMoreThanThereIsRoomForAndWhatWasForgottenIsCounted(t *testing.T) {
	t.Parallel()
	w := seen.New(time.Hour, 1000)
	for n := range 1000 {
		require.True(t, w.Add(key(w, n)))
	}
	require.Equal(t, 1000, w.Len())
	require.Zero(t, w.Forgotten())
	require.False(t, w.Add(key(w, 999)), "which takes no room")
	require.False(t, w.Add(key(w, 0)), "though it is of the older half")
	require.Equal(t, 1000, w.Len())

	w.Add(key(w, 1000))
	require.EqualValues(t, 500, w.Forgotten(), "the older half")
	require.Equal(t, 501, w.Len())
	require.False(t, w.Has(key(w, 499)))
	require.True(t, w.Has(key(w, 500)))
	for n := range 10_000 {
		w.Add(key(w, n))
		require.LessOrEqual(t, w.Len(), 1000)
	}
}

func TestOneOfManyAtOnceIsTheFirst(t *testing.T) {
	t.Parallel()
	w := seen.New(time.Hour, 10_000)
	var news atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 1000 {
				if w.Add(key(w, n)) {
					news.Add(1)
				}
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1000, news.Load())
	require.Equal(t, 1000, w.Len())
}

func BenchmarkAdd(b *testing.B) {
	w := seen.New(time.Hour, 1_000_000)
	id := make([]byte, 36)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		binary.LittleEndian.PutUint64(id, uint64(n))
		w.Add(w.Key('n', id))
	}
}
