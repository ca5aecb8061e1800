package inbound

import (
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"sync"
)

// maxPooled is the size in bytes of the largest buffer that is kept for the next delivery. Most
// deliveries are smaller, and a rare large one must not keep its memory.
const maxPooled = 1 << 20

// workspaces are reused. Each delivery has one to itself.
type workspaces struct{ pool sync.Pool }

// workspace is the memory in which a verified delivery is handled.
type workspace struct {
	memory []byte
	gzip   gzip.Reader
}

func (p *workspaces) get() *workspace {
	if w, ok := p.pool.Get().(*workspace); ok {
		return w
	}
	return &workspace{}
}

func (p *workspaces) put(w *workspace) {
	if cap(w.memory) > maxPooled {
		w.memory = nil
	}
	p.pool.Put(w)
}

// content returns the body in one piece, without its compression.
func (w *workspace) content(b *body, compressed bool, limit int64) ([]byte, Reason) {
	if compressed {
		return w.decompress(b, limit)
	}
	w.memory = slices.Grow(w.memory[:0], int(b.size))[:b.size]
	_, _ = io.ReadFull(b.reader(), w.memory) // a body has as many bytes as its size
	return w.memory, accepted
}

func (w *workspace) decompress(b *body, limit int64) ([]byte, Reason) {
	if w.gzip.Reset(b.reader()) != nil {
		return nil, ReasonMalformed
	}
	w.memory = w.memory[:0]
	for {
		if len(w.memory) == cap(w.memory) {
			w.memory = grow(w.memory, limit)
		}
		n, err := w.gzip.Read(w.memory[len(w.memory):min(int64(cap(w.memory)), limit+1)])
		w.memory = w.memory[:len(w.memory)+n]
		switch {
		case int64(len(w.memory)) > limit:
			return nil, ReasonTooLargeDecompressed
		case errors.Is(err, io.EOF):
			return w.memory, accepted
		case err != nil:
			return nil, ReasonMalformed
		}
	}
}

// grow doubles the capacity of a buffer, up to one byte more than limit.
func grow(buffer []byte, limit int64) []byte {
	grown := make([]byte, len(buffer), min(max(chunkSize, 2*int64(cap(buffer))), limit+1))
	copy(grown, buffer)
	return grown
}
