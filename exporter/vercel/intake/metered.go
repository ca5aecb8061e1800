package intake

import (
	"errors"
	"io"
	"sync/atomic"
)

var errTooMuchHeld = errors.New("too much is being received")

// metered bounds what all bodies together hold in memory while they are received.
type metered struct {
	from  io.Reader
	held  *atomic.Int64 // by all
	most  int64
	taken int64 // by this one
}

// Read implements io.Reader.
func (m *metered) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.taken += int64(n)
	if m.held.Add(int64(n)) > m.most {
		return n, errTooMuchHeld
	}
	return n, err
}

func (m *metered) release() { m.held.Add(-m.taken) }
