package testkit

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Waiters returns when at least this many wait for the lock on file, as the kernel shows by an arrow in /proc/locks.
func Waiters(t testing.TB, many int, file string) {
	t.Helper()
	var info syscall.Stat_t
	if err := syscall.Stat(file, &info); err != nil {
		t.Fatal(err)
	}
	for until := time.Now().Add(20 * time.Second); time.Now().Before(until); time.Sleep(2 * time.Millisecond) {
		locks, err := os.ReadFile("/proc/locks")
		if err != nil {
			t.Fatal(err)
		}
		if waitersIn(string(locks), info.Ino) >= many {
			return
		}
	}
	t.Fatalf("there are no %d who wait for %s", many, file)
}

// waitersIn counts lines such as "1: -> FLOCK  ADVISORY  READ 4711 fe:00:10021732 0 EOF" with that inode.
func waitersIn(locks string, inode uint64) (n int) {
	for line := range strings.Lines(locks) {
		fields := strings.Fields(line)
		if len(fields) > 6 && fields[1] == "->" && strings.HasSuffix(fields[6], fmt.Sprintf(":%d", inode)) {
			n++
		}
	}
	return n
}
