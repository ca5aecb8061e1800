package child

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

// process is a running program.
type process struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // set before ended is closed
}

// Run runs another program in the server's directory, as the server's user, and waits until it
// ends. It kills the program when ctx is done.
func (s *Server) Run(ctx context.Context, command ...string) error {
	runtime.LockOSThread() // as in start
	defer runtime.UnlockOSThread()
	if err := s.newCommand(ctx, command).Run(); err != nil {
		return fmt.Errorf("running %s: %w%s", command[0], errors.Join(err, context.Cause(ctx)), s.logTail())
	}
	return nil
}

// start occupies a thread until the program ends. The kernel sends ParentDeath when the thread that
// forked ends, and the Go runtime ends idle threads at any time.
func (s *Server) start() (*process, error) {
	p := &process{cmd: s.newCommand(context.Background(), s.command), ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// newCommand returns a program in a process group of its own, which is killed when ctx is done. An
// interrupt from the terminal reaches only this program, which stops its servers in order.
func (s *Server) newCommand(ctx context.Context, command []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // callers name the program
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), s.opts.Env...)
	cmd.Stdout, cmd.Stderr = s.log, s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: s.credential}
	signalOnParentDeath(cmd.SysProcAttr, cmp.Or(s.opts.ParentDeath, syscall.SIGKILL))
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}

// end sends a signal and waits until the program has ended. It kills the process group when ctx is
// done first.
func (p *process) end(ctx context.Context, signal os.Signal) error {
	if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.ended:
		return nil
	case <-ctx.Done():
		err := fmt.Errorf("killed after: %w", context.Cause(ctx))
		if killErr := p.cmd.Cancel(); killErr != nil {
			return errors.Join(err, killErr)
		}
		<-p.ended
		return err
	}
}
