package receivers

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
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

// message is a notification as a person reads it.
type message interface {
	// to returns the channel and the recipient.
	to() string
	// String returns the text.
	String() string
}

// deliver stores a message and prints it. Of the heartbeats it prints the first only. Messages of
// concurrent requests are printed one after another.
func deliver[T message](r *Receivers, inbox *Inbox[T], m T) {
	r.delivering.Lock()
	defer r.delivering.Unlock()
	count := inbox.add(m)
	if _, ok := any(m).(Heartbeat); ok && count > 1 {
		return
	}
	fmt.Fprintf(r.out, "\n%s  %s\n", time.Now().Format(time.TimeOnly), m.to())
	for line := range strings.Lines(strings.TrimSpace(m.String())) {
		fmt.Fprintf(r.out, "  | %s\n", strings.TrimRight(line, " \n"))
	}
}

// response is the response of a service.
type response struct {
	status int
	body   string
}

// always returns the inbox of a service with one recipient.
func always[T message](inbox *Inbox[T]) func(T) *Inbox[T] {
	return func(T) *Inbox[T] { return inbox }
}

// handle delivers the messages that decode accepts with a status of 2xx.
func handle[T message](r *Receivers, inbox func(T) *Inbox[T], decode func(*http.Request) (T, response)) http.HandlerFunc {
	const maxBody = 1 << 20 // bytes
	return func(w http.ResponseWriter, request *http.Request) {
		request.Body = http.MaxBytesReader(w, request.Body, maxBody)
		m, response := decode(request)
		if response.status < http.StatusMultipleChoices {
			deliver(r, inbox(m), m)
		}
		w.WriteHeader(response.status)
		_, _ = io.WriteString(w, response.body) // a disconnected client sends the message again
	}
}
