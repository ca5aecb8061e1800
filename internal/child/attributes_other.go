//go:build !linux

package child

import "syscall"

// Only Linux has a signal for orphans: elsewhere a program that is killed leaves its children running.
func attributes(u *user, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: u.credential()}
}
