package child

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// killTree kills the process and its own children, and waits until all of them are gone: Postgres' backends would work
// on for a while and keep the data directory to themselves.
func (p *Process) killTree() {
	// Stopped, it can have no more children.
	_ = p.cmd.Process.Signal(syscall.SIGSTOP) // fails for an ended process only, as the next ones do
	children := childrenOf(p.Pid())
	_ = p.cmd.Process.Kill()
	for _, pid := range children {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	<-p.done
	for _, pid := range children {
		for runs(pid) {
			time.Sleep(time.Millisecond)
		}
	}
}

func childrenOf(parent int) []int {
	var children []int
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // fails for a bad pattern only
	for _, file := range files {
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if err == nil && parentOf(pid) == parent {
			children = append(children, pid)
		}
	}
	return children
}

// runs is false for a zombie, which holds nothing any more and may stay for as long as nobody collects it.
func runs(pid int) bool {
	state, _ := stateOf(pid)
	return state != "" && state != "Z" && state != "X"
}

func parentOf(pid int) int {
	_, parent := stateOf(pid)
	return parent
}

// stateOf is a process' state and parent, nothing for one that is gone.
func stateOf(pid int) (state string, parent int) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", 0
	}
	// 4711 (a name) of (any) form) S 4710 …
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(fields) < 2 {
		return "", 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return fields[0], parent
}
