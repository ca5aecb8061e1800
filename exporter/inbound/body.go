package inbound

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"slices"
	"sync"
	"sync/atomic"
)

// chunkSize is in bytes. Bodies are received in chunks: a buffer that doubles would hold up to
// three times the bytes that were received.
const chunkSize = 32 << 10

type chunk [chunkSize]byte

// bodies bounds the memory that all received bodies hold together. Most of them may come from
// unauthenticated clients, because a signature can be verified only after the last byte.
type bodies struct {
	limit int64
	held  atomic.Int64 // bytes of chunks in use
	spare sync.Pool    // of *chunk
}

// body is one received body.
type body struct {
	owner  *bodies
	chunks []*chunk
	size   int64
}

// read reads all of r, and writes what it reads to hash.
func (b *body) read(r io.Reader, hash io.Writer, limit int64) Reason {
	for {
		free := b.free()
		if free == nil {
			return ReasonBusy
		}
		n, err := r.Read(free)
		_, _ = hash.Write(free[:n]) // a Verification never fails
		b.size += int64(n)
		switch {
		case b.size > limit:
			return ReasonTooLarge
		case errors.Is(err, io.EOF):
			return accepted
		case err != nil:
			return ReasonRead
		}
	}
}

// free returns the unused part of the last chunk or of a new one, or nil if the limit is reached.
func (b *body) free() []byte {
	used := b.size % chunkSize
	if b.size == int64(len(b.chunks))*chunkSize {
		if b.owner.held.Add(chunkSize) > b.owner.limit {
			b.owner.held.Add(-chunkSize)
			return nil
		}
		b.chunks = append(b.chunks, b.owner.spare.Get().(*chunk))
	}
	return b.chunks[len(b.chunks)-1][used:]
}

// release gives the memory back.
func (b *body) release() {
	for _, c := range b.chunks {
		b.owner.spare.Put(c)
	}
	b.owner.held.Add(-int64(len(b.chunks)) * chunkSize)
	b.chunks, b.size = nil, 0
}

// reader returns a reader from the first byte.
func (b *body) reader() io.Reader {
	var parts []io.Reader
	for i, c := range b.chunks {
		parts = append(parts, bytes.NewReader(c[:min(b.size-int64(i)*chunkSize, chunkSize)]))
	}
	return io.MultiReader(parts...)
}

// maxPooled is the size in bytes of the largest buffer that is kept for the next delivery. Most
// deliveries are smaller, and a rare large one must not keep its memory.
const maxPooled = 1 << 20

// workspace is the memory in which a verified delivery is handled.
type workspace struct {
	memory []byte
	gzip   gzip.Reader
}

// release returns the workspace to its pool.
func (w *workspace) release(pool *sync.Pool) {
	if cap(w.memory) > maxPooled {
		w.memory = nil
	}
	pool.Put(w)
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
