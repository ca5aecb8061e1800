package receivers

import (
	"fmt"
	"strings"
	"time"
)

// message is one that a person can read.
type message interface {
	// to is the channel and who listens there.
	to() string
	// String is the message as it would be read.
	String() string
}

// deliver keeps a message and prints it. Of heartbeats nobody wants to see more than the first.
func deliver[T message](r *Receivers, box *Box[T], m T) {
	count := box.put(m)
	if _, isBeat := any(m).(Beat); isBeat && count > 1 {
		return
	}
	r.print(m)
}

// print takes turns: services work at the same time, and people read one message after another.
func (r *Receivers) print(m message) {
	r.printing.Lock()
	defer r.printing.Unlock()
	fmt.Fprintf(r.out, "\n%s  %s\n", time.Now().Format(time.TimeOnly), m.to())
	for line := range strings.Lines(strings.TrimSpace(m.String())) {
		fmt.Fprintf(r.out, "  | %s\n", strings.TrimRight(line, " \n"))
	}
}
