package allow

import "sync"

// Initializer creates series before their first event, because alerts on rates need a sample at 0.
// Some labels, such as the environment, are known only once rows arrive: the series of each such
// key are created with its first row. The zero value is ready. It is safe for concurrent use.
type Initializer[K comparable] struct {
	mu    sync.RWMutex
	lists *Lists
	keys  map[K]struct{}
}

// Ensure calls initialize for key if it is new. After a reload, the next call does so for all keys,
// because the new lists may have more series.
func (i *Initializer[K]) Ensure(key K, lists *Lists, initialize func(K)) {
	i.mu.RLock()
	_, found := i.keys[key]
	found = found && i.lists == lists
	i.mu.RUnlock()
	if found {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.lists != lists {
		i.lists = lists
		for known := range i.keys {
			initialize(known)
		}
	}
	if i.keys == nil {
		i.keys = map[K]struct{}{}
	}
	i.keys[key] = struct{}{}
	initialize(key) // harmless if it has just been done
}
