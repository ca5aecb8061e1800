//go:build !linux

package child

import "syscall"

// Only Linux can signal a program when its parent dies.
func attributes(u *user, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: u.credential()}
}

// killTree kills the program, but not its child processes.
func (p *Process) killTree() {
	_ = p.cmd.Process.Kill() // fails if it has ended
	<-p.done
}
