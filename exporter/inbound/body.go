package inbound

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// chunkSize is in bytes. Bodies are received in chunks: a buffer that doubles would hold up to
// three times the bytes that were received.
const chunkSize = 32 << 10

var (
	errMemory   = errors.New("received bodies hold too much memory")
	errTooLarge = errors.New("the body is too large")
)

type chunk [chunkSize]byte

// bodies bounds the memory that all received bodies hold together. Most of them may come from
// unauthenticated clients, because a signature can be verified only after the last byte.
type bodies struct {
	limit int64
	held  atomic.Int64 // bytes of chunks in use
	spare sync.Pool    // of *chunk
}

// body is a body as received.
type body struct {
	owner  *bodies
	chunks []*chunk
	size   int64
}

// read reads all of r, and writes what it reads to hash.
func (b *body) read(r io.Reader, hash io.Writer, limit int64) error {
	for {
		free, err := b.free()
		if err != nil {
			return err
		}
		n, err := r.Read(free)
		_, _ = hash.Write(free[:n]) // a Verification never fails
		b.size += int64(n)
		switch {
		case b.size > limit:
			return errTooLarge
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// free returns the unused part of the last chunk, or of a new one.
func (b *body) free() ([]byte, error) {
	used := b.size % chunkSize
	if b.size == int64(len(b.chunks))*chunkSize {
		if b.owner.held.Add(chunkSize) > b.owner.limit {
			b.owner.held.Add(-chunkSize)
			return nil, errMemory
		}
		c, ok := b.owner.spare.Get().(*chunk)
		if !ok {
			c = &chunk{}
		}
		b.chunks = append(b.chunks, c)
	}
	return b.chunks[len(b.chunks)-1][used:], nil
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
func (b *body) reader() io.Reader { return &bodyReader{body: b} }

type bodyReader struct {
	body *body
	at   int64
}

// Read implements io.Reader.
func (r *bodyReader) Read(p []byte) (int, error) {
	if r.at == r.body.size {
		return 0, io.EOF
	}
	end := min(r.body.size-r.at/chunkSize*chunkSize, chunkSize)
	n := copy(p, r.body.chunks[r.at/chunkSize][r.at%chunkSize:end])
	r.at += int64(n)
	return n, nil
}
