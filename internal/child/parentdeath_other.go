//go:build !linux

package child

import "syscall"

// signalOnParentDeath does nothing: only Linux signals a program when its parent dies.
func signalOnParentDeath(*syscall.SysProcAttr, syscall.Signal) {}
