package testkit

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// ttyPatience is how long a test waits for a program to write what it should.
const ttyPatience = 20 * time.Second

// A TTY is a pseudo terminal: File is the program's end of it, at the other the test types and reads.
type TTY struct {
	File *os.File

	t       testing.TB
	master  *os.File
	written chan string
	unread  string
}

// NewTTY makes a pseudo terminal of a size, which ends with the test.
func NewTTY(t testing.TB, rows, columns uint16) *TTY {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine has no pseudo terminals: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	var unlock, number int32
	size := [4]uint16{rows, columns}
	control(t, master, syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	control(t, master, syscall.TIOCGPTN, unsafe.Pointer(&number))
	control(t, master, syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	file, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	tty := &TTY{File: file, t: t, master: master, written: make(chan string, 1024)}
	go tty.read()
	return tty
}

func control(t testing.TB, file *os.File, request uintptr, argument unsafe.Pointer) {
	t.Helper()
	raw, err := file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, failed = syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(argument))
	})
	if err != nil || failed != 0 {
		t.Fatalf("ioctl %#x: %v, %v", request, err, failed)
	}
}

func (tty *TTY) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := tty.master.Read(buffer)
		if err != nil {
			close(tty.written)
			return
		}
		tty.written <- string(buffer[:n])
	}
}

// Type types keys; Enter is "\r".
func (tty *TTY) Type(keys string) {
	tty.t.Helper()
	if _, err := tty.master.WriteString(keys); err != nil {
		tty.t.Fatal(err)
	}
}

// Await waits until a text has been written and returns what was written up to it since the last time, escape sequences
// included.
func (tty *TTY) Await(text string) string {
	tty.t.Helper()
	deadline := time.After(ttyPatience)
	for {
		if before, after, found := strings.Cut(tty.unread, text); found {
			tty.unread = after
			return before
		}
		select {
		case more, ok := <-tty.written:
			if !ok {
				tty.t.Fatalf("the terminal ended without %q, after %q", text, tty.unread)
			}
			tty.unread += more
		case <-deadline:
			tty.t.Fatalf("nobody wrote %q, only %q", text, tty.unread)
		}
	}
}
