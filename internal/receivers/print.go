package receivers

import (
	"fmt"
	"strings"
	"time"
)

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
