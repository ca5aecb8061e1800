package child

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func attributes(u *user, parentDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: parentDeath, Credential: u.credential()}
}

// killTree kills the program and its child processes and waits until all of them have ended.
// Postgres' backends leave the process group, and would otherwise keep the data directory locked
// for a while.
func (p *Process) killTree() {
	_ = p.cmd.Process.Signal(syscall.SIGSTOP) // keeps it from starting more; fails if it has ended
	children := p.children()
	_ = p.cmd.Process.Kill() // fails if it has ended
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-p.done
	for _, pid := range children {
		for running(pid) {
			time.Sleep(time.Millisecond)
		}
	}
}

// children returns the child processes of the main thread. A process that has ended has none.
func (p *Process) children() []int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%[1]d/task/%[1]d/children", p.Pid()))
	var children []int
	for field := range strings.FieldsSeq(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			children = append(children, pid)
		}
	}
	return children
}

// running reports whether a process exists and is not a zombie. A zombie holds no resources, and
// may stay where nothing reaps it.
func running(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	// 4711 (a name) S 4710 …, where the name may contain parentheses.
	state := bytes.TrimSpace(stat[bytes.LastIndexByte(stat, ')')+1:])
	return !bytes.HasPrefix(state, []byte("Z")) && !bytes.HasPrefix(state, []byte("X"))
}
