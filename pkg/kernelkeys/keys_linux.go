package kernelkeys

import (
	"runtime"
	"syscall"
	"unsafe"
)

// The commands of keyctl(2), from the kernel's include/uapi/linux/keyctl.h.
const (
	ctlSetPerm    = 5
	ctlLink       = 8
	ctlUnlink     = 9
	ctlSearch     = 10
	ctlRead       = 11
	ctlSetTimeout = 15
)

// Keyrings that have a number which means the caller's own.
const (
	threadKeyring = -1
	userKeyring   = -4
)

// ownerOnly gives those who possess a key and its owner all rights, and others
// none. Without the owner's a process that does not possess the user's keyring,
// such as a service in a session of its own, would find keys and could not read
// them: by default the owner may only see that they are there.
const ownerOnly = 0x3f3f0000

// ErrNotFound tells that the kernel holds no such key: nobody added it, it timed
// out, or the machine has been started anew.
const ErrNotFound = syscall.ENOKEY

// Read returns the value of a key, or [ErrNotFound].
func Read(name string) ([]byte, error) {
	id, failed := find(name)
	if failed != 0 {
		return nil, problem(failed)
	}
	value := make([]byte, 4096)
	for {
		n, _, failed := syscall.Syscall6(syscall.SYS_KEYCTL, ctlRead, id, uintptr(unsafe.Pointer(&value[0])), uintptr(len(value)), 0, 0)
		if failed != 0 {
			return nil, problem(failed)
		}
		if int(n) <= len(value) {
			return value[:n], nil
		}
		value = make([]byte, n)
	}
}

// Add keeps a value, which is not empty, under a name in the place of one that is
// there, for so many seconds, or until the machine is started anew where that is 0.
// Other processes see the old value or the new. syscall.EDQUOT tells that the
// user's share is used up, syscall.ENOSYS or syscall.EPERM that there are no
// keyrings here.
func Add(name string, value []byte, seconds uint32) error {
	// The key is made in the keyring of this thread, where nobody else finds it
	// before it has its rights and its end.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	id, failed := add(name, value)
	if failed != 0 {
		return problem(failed)
	}
	failed = keyctl(ctlSetPerm, id, ownerOnly)
	if failed == 0 && seconds > 0 {
		failed = keyctl(ctlSetTimeout, id, uintptr(seconds))
	}
	if failed == 0 {
		failed = keyctl(ctlLink, id, special(userKeyring))
	}
	if left := keyctl(ctlUnlink, id, special(threadKeyring)); failed == 0 {
		failed = left
	}
	return problem(failed)
}

// Remove drops a key: [ErrNotFound] where there is none.
func Remove(name string) error {
	id, failed := find(name)
	if failed == 0 {
		failed = keyctl(ctlUnlink, id, special(userKeyring))
	}
	return problem(failed)
}

func find(name string) (id uintptr, failed syscall.Errno) {
	kind, description, failed := words(name)
	if failed != 0 {
		return 0, failed
	}
	id, _, failed = syscall.Syscall6(syscall.SYS_KEYCTL, ctlSearch, special(userKeyring), uintptr(unsafe.Pointer(kind)), uintptr(unsafe.Pointer(description)), 0, 0)
	return id, failed
}

func add(name string, value []byte) (id uintptr, failed syscall.Errno) {
	kind, description, failed := words(name)
	if failed == 0 && len(value) == 0 {
		failed = syscall.EINVAL
	}
	if failed != 0 {
		return 0, failed
	}
	id, _, failed = syscall.Syscall6(syscall.SYS_ADD_KEY, uintptr(unsafe.Pointer(kind)), uintptr(unsafe.Pointer(description)),
		uintptr(unsafe.Pointer(&value[0])), uintptr(len(value)), special(threadKeyring), 0)
	return id, failed
}

// words returns a key's type and description as the kernel wants them.
func words(name string) (kind, description *byte, failed syscall.Errno) {
	kind, err := syscall.BytePtrFromString("user")
	if err == nil {
		description, err = syscall.BytePtrFromString(prefix + name)
	}
	if err != nil { // a NUL
		return nil, nil, syscall.EINVAL
	}
	return kind, description, 0
}

func keyctl(command, id, operand uintptr) syscall.Errno {
	_, _, failed := syscall.Syscall(syscall.SYS_KEYCTL, command, id, operand)
	return failed
}

func special(keyring int) uintptr { return uintptr(keyring) }

// problem words the ways of a key to be there no more as one.
func problem(failed syscall.Errno) error {
	switch failed {
	case 0:
		return nil
	case syscall.EKEYEXPIRED, syscall.EKEYREVOKED:
		return ErrNotFound
	}
	return failed
}
