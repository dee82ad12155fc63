package hot

import "syscall"

// KeepPrivate keeps the memory of this process, which holds secrets, out of core
// dumps and from the user's other processes, which can otherwise read it by ptrace
// and in /proc (prctl(2), PR_SET_DUMPABLE). It lasts until an exec. It cannot fail
// with these arguments.
func KeepPrivate() { syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0) } //nolint:errcheck // see above
