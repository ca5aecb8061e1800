package child

import "syscall"

// signalOnParentDeath lets the kernel signal the program when the thread that started it ends.
func signalOnParentDeath(attributes *syscall.SysProcAttr, signal syscall.Signal) {
	attributes.Pdeathsig = signal
}
