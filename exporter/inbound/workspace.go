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

// workspaces are reused by deliveries, one at a time each.
type workspaces struct{ pool sync.Pool }

// workspace is the memory in which a verified delivery is handled.
type workspace struct {
	content []byte
	gzip    gzip.Reader
}

func (p *workspaces) get() *workspace {
	if w, ok := p.pool.Get().(*workspace); ok {
		return w
	}
	return &workspace{}
}

func (p *workspaces) put(w *workspace) {
	if cap(w.content) > maxPooled {
		w.content = nil
	}
	p.pool.Put(w)
}

// join returns the body in one piece.
func (w *workspace) join(b *body) []byte {
	w.content = slices.Grow(w.content[:0], int(b.size))[:b.size]
	_, _ = io.ReadFull(b.reader(), w.content) // a body has as many bytes as its size
	return w.content
}

// decompress returns the body without its gzip, or errTooLarge.
func (w *workspace) decompress(b *body, limit int64) ([]byte, error) {
	if err := w.gzip.Reset(b.reader()); err != nil {
		return nil, err
	}
	w.content = w.content[:0]
	for {
		if len(w.content) == cap(w.content) {
			w.content = grow(w.content, limit)
		}
		n, err := w.gzip.Read(w.content[len(w.content):min(int64(cap(w.content)), limit+1)])
		w.content = w.content[:len(w.content)+n]
		switch {
		case int64(len(w.content)) > limit:
			return nil, errTooLarge
		case errors.Is(err, io.EOF):
			return w.content, nil
		case err != nil:
			return nil, err
		}
	}
}

// grow doubles the capacity of a buffer, up to one byte more than limit.
func grow(buffer []byte, limit int64) []byte {
	grown := make([]byte, len(buffer), min(max(chunkSize, 2*int64(cap(buffer))), limit+1))
	copy(grown, buffer)
	return grown
}
