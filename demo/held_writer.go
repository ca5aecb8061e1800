package main

import (
	"bytes"
	"io"
	"sync"
)

// heldWriter holds text back until release, so that notifications do not appear between the steps of the start. It is
// safe for concurrent use.
type heldWriter struct {
	out io.Writer

	mu       sync.Mutex
	released bool
	held     bytes.Buffer
}

func (w *heldWriter) Write(text []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.released {
		return w.out.Write(text)
	}
	return w.held.Write(text)
}

// String returns the held text.
func (w *heldWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held.String()
}

func (w *heldWriter) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.released = true
	_, _ = w.held.WriteTo(w.out) // as in print
}
