package inbound

import (
	"hash/maphash"
	"sync"
	"time"
)

// Key identifies a delivered row. It is a hash of 64 bits: among a million rows, two have the same
// key with a probability below one in ten million.
type Key uint64

// Window is the deduplication window: it holds the keys of recent rows in bounded memory. It is
// safe for concurrent use.
//
// Keys are kept in two generations. Each covers the length of the window. When the younger one is
// complete or full, the older one is evicted. A key therefore stays for at least the length of
// the window and at most twice that, unless there are more rows than the capacity; keys that are
// evicted early are counted.
type Window struct {
	seed     maphash.Seed
	length   time.Duration
	capacity int // keys of one generation

	mu        sync.Mutex
	young     map[Key]struct{}
	old       map[Key]struct{}
	rotated   time.Time
	evictions uint64
}

// NewWindow returns a window of the given length for at most that many entries.
func NewWindow(length time.Duration, entries int) *Window {
	return &Window{
		seed: maphash.MakeSeed(), length: length, capacity: max(1, entries/2),
		young: map[Key]struct{}{}, old: map[Key]struct{}{}, rotated: time.Now(),
	}
}

// Length returns how long an entry stays at least.
func (w *Window) Length() time.Duration { return w.length }

// Key returns the key of a row from the parts that identify it. Rows of different kinds never share
// a key. The hash is seeded, so that a client cannot construct rows with equal keys.
func (w *Window) Key(kind string, parts ...[]byte) Key {
	var h maphash.Hash
	h.SetSeed(w.seed)
	_, _ = h.WriteString(kind) // a hash never fails
	_ = h.WriteByte(0)
	for _, part := range parts {
		_, _ = h.Write(part)
		_ = h.WriteByte(0)
	}
	return Key(h.Sum64())
}

// Add adds key and reports whether it is new.
func (w *Window) Add(key Key) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	if w.has(key) {
		return false
	}
	if len(w.young) >= w.capacity {
		w.evictions += uint64(len(w.old))
		w.rotate(time.Now())
	}
	w.young[key] = struct{}{}
	return true
}

func (w *Window) has(key Key) bool {
	_, young := w.young[key]
	_, old := w.old[key]
	return young || old
}

// expire removes the generations that are too old. A generation ends on time, even if the window is
// used only later.
func (w *Window) expire() {
	age := time.Since(w.rotated)
	if age >= w.length {
		w.rotate(w.rotated.Add(w.length))
	}
	if age >= 2*w.length {
		w.rotate(time.Now())
	}
}

// rotate drops the older generation and starts a new one.
func (w *Window) rotate(at time.Time) {
	w.young, w.old = w.old, w.young
	clear(w.young)
	w.rotated = at
}

// Len returns the number of entries.
func (w *Window) Len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	return len(w.young) + len(w.old)
}

// Evictions returns how many entries were evicted early since the start. A generation is evicted as
// a whole, so its first entries may have been due.
func (w *Window) Evictions() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.evictions
}
