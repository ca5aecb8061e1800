package child

import "syscall"

func attributes(u *user, orphan syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: orphan, Credential: u.credential()}
}
