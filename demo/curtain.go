package main

import (
	"bytes"
	"io"
	"sync"
)

// curtain holds back what is written until it opens, so that notifications do not come in between the lines that say
// what is being started.
type curtain struct {
	out io.Writer

	mu   sync.Mutex
	open bool
	held bytes.Buffer
}

// Write passes text on, now or when the curtain opens.
func (c *curtain) Write(text []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open {
		return c.out.Write(text)
	}
	return c.held.Write(text)
}

// rise opens it. If nobody can read what was held back, the demo goes on.
func (c *curtain) rise() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open = true
	_, _ = c.held.WriteTo(c.out)
}
