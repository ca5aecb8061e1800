package marketplace

import (
	"fmt"
	"io"
	"os"
	"time"
)

const (
	redrawEvery = 200 * time.Millisecond
	rowsPerLook = 1024 // the clock is read once in so many rows
)

// progress writes a line for every step that is over and, on a terminal, keeps the line of the present one up to date.
type progress struct {
	out      io.Writer
	terminal bool
	started  time.Time // of the present step
	drawn    time.Time
	rows     int
}

func newProgress(out io.Writer) *progress { return &progress{out: out, terminal: isTerminal(out)} }

func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// load runs a step that counts rows.
func (p *progress) load(name string, step func(count func()) error) error {
	p.started, p.drawn, p.rows = time.Now(), time.Now(), 0
	if err := step(func() { p.count(name) }); err != nil {
		return err
	}
	p.draw(p.line(name) + "\n")
	return nil
}

// step runs a step that may say how far it is.
func (p *progress) step(name string, step func(reached func(string)) error) error {
	p.started = time.Now()
	reached := func(where string) {
		if p.terminal {
			p.draw(fmt.Sprintf("  %-20s %-27s %10s", name, where, elapsed(p.started)))
		}
	}
	reached("…")
	if err := step(reached); err != nil {
		return err
	}
	p.draw(fmt.Sprintf("  %-20s %38s\n", name, elapsed(p.started)))
	return nil
}

func (p *progress) count(name string) {
	p.rows++
	if !p.terminal || p.rows%rowsPerLook != 0 || time.Since(p.drawn) < redrawEvery {
		return
	}
	p.drawn = time.Now()
	p.draw(p.line(name))
}

func (p *progress) line(name string) string {
	rate := float64(p.rows) / max(time.Since(p.started).Seconds(), 0.001)
	return fmt.Sprintf("  %-20s %10d rows %10.0f rows/s %9s", name, p.rows, rate, elapsed(p.started))
}

// draw replaces the line that is on a terminal; elsewhere there are whole lines only. A progress that cannot be written is no
// reason to stop the work, hence no error.
func (p *progress) draw(line string) {
	if p.terminal {
		line = "\r\x1b[K" + line
	}
	_, _ = io.WriteString(p.out, line)
}

func elapsed(since time.Time) string {
	return time.Since(since).Round(10 * time.Millisecond).String()
}
