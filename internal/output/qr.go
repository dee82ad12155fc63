package output

import (
	"io"
	"strings"

	"rsc.io/qr"
)

// quiet is how many modules are left light around a QR code (ISO/IEC 18004 section
// 9.1).
const quiet = 4

// QR draws a text as a QR code, two modules in one character. Light is what is drawn:
// on a terminal in white on black, elsewhere in whatever the reader writes with.
func QR(w io.Writer, text string, terminal bool) error {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return err
	}
	// There is nothing dark outside of the code.
	light := func(x, y int) bool { return !code.Black(x-quiet, y-quiet) }
	var b strings.Builder
	side := code.Size + 2*quiet
	for y := 0; y < side; y += 2 {
		if terminal {
			b.WriteString("\x1b[97;40m")
		}
		for x := range side {
			b.WriteString(block(light(x, y), y+1 < side && light(x, y+1)))
		}
		if terminal {
			b.WriteString("\x1b[0m")
		}
		b.WriteByte('\n')
	}
	_, err = io.WriteString(w, b.String())
	return err
}

func block(upper, lower bool) string {
	switch {
	case upper && lower:
		return "█"
	case upper:
		return "▀"
	case lower:
		return "▄"
	}
	return " "
}
