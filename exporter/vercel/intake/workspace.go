package intake

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"
)

const (
	// mostPooled is how large a buffer may be that is kept for the next delivery: usual ones are far below a megabyte, and a
	// rare large one must not stay for good.
	mostPooled = 4 << 20

	// firstRead is where a buffer starts. It grows with what comes, not with what a header announces.
	firstRead = 32 << 10
)

// workspaces are what deliveries are taken in, one at a time each.
type workspaces struct{ pool sync.Pool }

// workspace holds the memory that a delivery takes.
type workspace struct {
	received []byte
	inflated []byte
	gzip     gzip.Reader
	source   bytes.Reader // of gzip
}

func (p *workspaces) get() *workspace {
	if w, ok := p.pool.Get().(*workspace); ok {
		return w
	}
	return &workspace{}
}

func (p *workspaces) put(w *workspace) {
	if cap(w.received) > mostPooled {
		w.received = nil
	}
	if cap(w.inflated) > mostPooled {
		w.inflated = nil
	}
	w.source.Reset(nil) // or it would keep what was received
	p.pool.Put(w)
}

// inflate returns a reader of the received bytes without their gzip.
func (w *workspace) inflate() (io.Reader, error) {
	w.source.Reset(w.received)
	if err := w.gzip.Reset(&w.source); err != nil {
		return nil, err
	}
	return &w.gzip, nil
}

// fill reads all of r into buffer, but no more than one byte over limit: how much too much it is makes no difference.
func fill(buffer []byte, r io.Reader, limit int64) ([]byte, error) {
	buffer = buffer[:0]
	for {
		if len(buffer) == cap(buffer) {
			buffer = grow(buffer, limit)
		}
		room := min(int64(cap(buffer)), limit+1)
		n, err := r.Read(buffer[len(buffer):room])
		buffer = buffer[:len(buffer)+n]
		if err == io.EOF || int64(len(buffer)) > limit {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
	}
}

// grow doubles the room, up to what the limit lets anybody use.
func grow(buffer []byte, limit int64) []byte {
	room := max(firstRead, 2*int64(cap(buffer)))
	grown := make([]byte, len(buffer), min(room, limit+1))
	copy(grown, buffer)
	return grown
}
