package receivers

import (
	"slices"
	"sync"
)

// Box keeps what one service received, oldest first.
type Box[T any] struct {
	mu       sync.Mutex
	messages []T
}

// All is a copy of what was received until now.
func (b *Box[T]) All() []T {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

// put tells how many messages there are now.
func (b *Box[T]) put(message T) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.messages = append(b.messages, message)
	return len(b.messages)
}
