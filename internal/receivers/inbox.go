package receivers

import (
	"slices"
	"sync"
)

// Inbox holds the messages of one service, oldest first.
type Inbox[T any] struct {
	mu       sync.Mutex
	messages []T
}

// All returns a copy of the messages received so far.
func (b *Inbox[T]) All() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

// add returns the number of messages, including this one.
func (b *Inbox[T]) add(message T) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, message)
	return len(b.messages)
}
