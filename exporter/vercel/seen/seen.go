// Package seen remembers which rows were counted, since deliveries come at least once.
package seen

import (
	"hash/maphash"
	"sync"
	"time"
)

// Key is the name of a row, hashed: 64 bits, so that of a million rows one in ten trillion is taken for another.
type Key uint64

// Window remembers keys for a while, in bounded memory. It is safe for concurrent use.
//
// Keys are kept in two generations, each of them for the span of the window; when the younger is old or full, the older is
// forgotten. So a key is remembered for at least the span and at most twice that, unless more rows come than there is room
// for, and those that had to go too early are counted.
type Window struct {
	seed     maphash.Seed
	span     time.Duration
	capacity int // of a generation

	mu        sync.Mutex
	young     map[Key]struct{}
	old       map[Key]struct{}
	turned    time.Time
	forgotten uint64
}

// New returns a window over the last span of time, with room for that many entries.
func New(span time.Duration, entries int) *Window {
	return &Window{
		seed: maphash.MakeSeed(), span: span, capacity: max(1, entries/2),
		young: map[Key]struct{}{}, old: map[Key]struct{}{}, turned: time.Now(),
	}
}

// Key hashes what a row is known by, after the kind of thing that it is.
func (w *Window) Key(kind byte, parts ...[]byte) Key {
	var h maphash.Hash
	h.SetSeed(w.seed)
	_ = h.WriteByte(kind) // never fails
	for _, part := range parts {
		_, _ = h.Write(part)
		_ = h.WriteByte(0)
	}
	return Key(h.Sum64())
}

// Add remembers key and tells whether it is new.
func (w *Window) Add(key Key) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	if w.has(key) {
		return false
	}
	if len(w.young) >= w.capacity {
		w.forgotten += uint64(len(w.old)) // the latest of them came just before the younger ones, within the span
		w.turn(time.Now())
	}
	w.young[key] = struct{}{}
	return true
}

// Has tells whether key is remembered.
func (w *Window) Has(key Key) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	return w.has(key)
}

func (w *Window) has(key Key) bool {
	_, young := w.young[key]
	_, old := w.old[key]
	return young || old
}

// expire forgets what is too old. A generation ends when it was due, although somebody asks only later.
func (w *Window) expire() {
	age := time.Since(w.turned)
	if age >= w.span {
		w.turn(w.turned.Add(w.span))
	}
	if age >= 2*w.span {
		w.turn(time.Now())
	}
}

// turn forgets the older generation and begins a new one.
func (w *Window) turn(at time.Time) {
	w.young, w.old = w.old, w.young
	clear(w.young)
	w.turned = at
}

// Len is how many keys are remembered.
func (w *Window) Len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expire()
	return len(w.young) + len(w.old)
}

// Forgotten is how many keys had to go before their time, since the start; of those that went together, the first may
// have been due.
func (w *Window) Forgotten() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.forgotten
}
