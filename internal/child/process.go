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

// Process is a running program.
type Process struct {
	cmd  *exec.Cmd
	dir  *Dir
	done chan struct{}
	err  error // set before done is closed
}

// Start runs a program in the background. When this program dies without stopping it, the kernel
// sends it parentDeath.
//
// The program runs in a process group of its own. An interrupt from the terminal therefore reaches
// only this program, which stops its servers in order.
func (d *Dir) Start(parentDeath syscall.Signal, path string, args ...string) (*Process, error) {
	log, err := os.OpenFile(d.logPath(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log of %s: %w", path, err)
	}
	defer log.Close() //nolint:errcheck // the program has a descriptor of its own

	cmd := exec.Command(path, args...) //nolint:gosec,noctx // callers name the program; Stop ends it
	cmd.Dir = d.Path
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = attributes(d.user, parentDeath)

	p := &Process{cmd: cmd, dir: d, done: make(chan struct{})}
	started := make(chan error)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", path, err)
	}
	return p, nil
}

// run occupies a thread until the program ends. The kernel sends parentDeath when the thread that
// forked ends, and the Go runtime ends idle threads at any time.
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

// Pid returns the process ID.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done returns a channel that is closed when the program has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// WaitReady calls ready until it succeeds, for at most a minute. It fails early when the program
// ends or ctx is done. The error includes the end of the program's log.
func (p *Process) WaitReady(ctx context.Context, ready func(context.Context) error) error {
	const (
		timeout  = time.Minute
		interval = 20 * time.Millisecond
	)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		err := ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-p.done:
			return fmt.Errorf("waiting for %s, which ended: %w%s", p.cmd.Path, errors.Join(p.err, err), p.dir.logTail())
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w%s", p.cmd.Path, errors.Join(context.Cause(ctx), err), p.dir.logTail())
		case <-time.After(interval):
		}
	}
}

// Kill kills the program and its child processes.
func (p *Process) Kill() {
	select {
	case <-p.done:
	default:
		p.killTree()
	}
}

// Stop sends a signal and waits until the program has ended. It kills the program when ctx is done
// first.
func (p *Process) Stop(ctx context.Context, signal os.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signaling %s: %w", p.cmd.Path, err)
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		p.killTree()
		return fmt.Errorf("stopping %s, killed after: %w%s", p.cmd.Path, context.Cause(ctx), p.dir.logTail())
	}
}
