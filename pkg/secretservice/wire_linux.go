package secretservice

// The marshalling of D-Bus messages, as far as it is needed here: little-endian,
// after the D-Bus Specification, "Marshaling (Wire Format)".

// A writer puts values into a message.
type writer struct{ b []byte }

func (w *writer) align(n int) {
	for len(w.b)%n != 0 {
		w.b = append(w.b, 0)
	}
}

func (w *writer) uint32(n int) {
	w.align(4)
	w.b = append(w.b, byte(n), byte(n>>8), byte(n>>16), byte(n>>24)) //nolint:gosec // lengths of short texts
}

// string writes a STRING or an OBJECT_PATH.
func (w *writer) string(s string) {
	w.uint32(len(s))
	w.b = append(append(w.b, s...), 0)
}

func (w *writer) signature(s string) {
	w.b = append(append(append(w.b, byte(len(s))), s...), 0) //nolint:gosec // a signature of ours
}

// setUint32 fills in a length that was not known when its place was written.
func (w *writer) setUint32(at, n int) {
	w.b[at], w.b[at+1], w.b[at+2], w.b[at+3] = byte(n), byte(n>>8), byte(n>>16), byte(n>>24) //nolint:gosec // a length
}

// A reader takes values from a message. Once one was not there, failed is true and
// all others are empty.
type reader struct {
	b      []byte
	at     int
	failed bool
}

func (r *reader) take(n int) []byte {
	if r.failed || n < 0 || n > len(r.b)-r.at {
		r.failed = true
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

func (r *reader) align(n int) { r.take((n - r.at%n) % n) }

func (r *reader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint32() int {
	r.align(4)
	if b := r.take(4); b != nil {
		return int(uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24)
	}
	return 0
}

// bytes reads an ARRAY of BYTE.
func (r *reader) bytes() []byte { return r.take(r.uint32()) }

// string reads a STRING or an OBJECT_PATH.
func (r *reader) string() string {
	s := string(r.bytes())
	r.take(1)
	return s
}

func (r *reader) signature() string {
	s := string(r.take(int(r.byte())))
	r.take(1)
	return s
}

// variant reads past a VARIANT and returns it where it is a number. Only the types
// that occur here are known.
func (r *reader) variant() (number int) {
	switch r.signature() {
	case "s", "o":
		r.string()
	case "g":
		r.signature()
	case "u", "b":
		return r.uint32()
	case "ay":
		r.bytes()
	default:
		r.failed = true
	}
	return 0
}
