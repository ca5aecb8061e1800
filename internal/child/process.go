package child

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is a running child.
type Process struct {
	cmd  *exec.Cmd
	home *Home
	done chan struct{}
	err  error // set before done is closed
}

// Start runs a program in the background, in a process group of its own: an interrupt typed at the terminal reaches
// only this program, which then stops its children in an order that suits them. When this program dies without
// stopping them, they are sent the orphan signal.
func (h *Home) Start(orphan syscall.Signal, path string, args ...string) (*Process, error) {
	log, err := os.OpenFile(h.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", path, err)
	}
	defer log.Close() //nolint:errcheck // the child has a descriptor of its own

	cmd := exec.Command(path, args...) //nolint:gosec,noctx // callers name the program; Stop ends it, not a context
	cmd.Dir = h.Path
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes(h.user, orphan)

	p := &Process{cmd: cmd, home: h, done: make(chan struct{})}
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return p, nil
}

// run keeps its thread for as long as the child lives: the kernel sends the orphan signal when the thread that forked
// ends, and Go ends idle threads at will.
func (p *Process) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	p.err = p.cmd.Wait()
	close(p.done)
}

// Pid is the process id of the child.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Await asks ready until it returns nil, the child ends, ctx is done or a minute has passed. The error ends with the
// child's log.
func (p *Process) Await(ctx context.Context, ready func(context.Context) error) error {
	const (
		patience = time.Minute
		pause    = 20 * time.Millisecond
	)
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("awaiting %s, which ended: %w%s", p.cmd.Path, errors.Join(p.err, err), p.home.logTail())
		case <-ctx.Done():
			return fmt.Errorf("awaiting %s: %w%s", p.cmd.Path, errors.Join(context.Cause(ctx), err), p.home.logTail())
		case <-time.After(pause):
		}
	}
}

// Kill ends the child and its own children with no chance to tidy up.
func (p *Process) Kill() {
	select {
	case <-p.done:
	default:
		p.killTree()
	}
}

// Stop sends a signal and waits until the child has ended, killing it when ctx is done first.
func (p *Process) Stop(ctx context.Context, signal os.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signalling %s: %w", p.cmd.Path, err)
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.killTree()
		return fmt.Errorf("stopping %s, which had to be killed: %w%s", p.cmd.Path, context.Cause(ctx), p.home.logTail())
	}
}
