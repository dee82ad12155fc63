package secretservice

// A call is a method call to an object.
type call struct {
	serial                           int
	destination, path, iface, member string
	signature                        string
	body                             []byte
}

// Header fields and message types of the D-Bus Specification, "Message Format".
const (
	fieldPath        = 1
	fieldInterface   = 2
	fieldMember      = 3
	fieldReplySerial = 5
	fieldDestination = 6
	fieldSignature   = 8

	typeCall  = 1
	typeReply = 2
	typeError = 3

	// noAutoStart keeps the bus from starting a service for this call.
	noAutoStart = 2
	version     = 1

	// headerSize is the fixed part of a header, up to the length of its fields.
	headerSize = 16
	// maxMessage is the longest message of the specification.
	maxMessage = 128 << 20
)

// message is the call as it goes over the bus.
func (c call) message() []byte {
	w := writer{b: []byte{'l', typeCall, noAutoStart, version}}
	w.uint32(len(c.body))
	w.uint32(c.serial)
	w.uint32(0)
	w.field(fieldPath, "o", c.path)
	w.field(fieldInterface, "s", c.iface)
	w.field(fieldMember, "s", c.member)
	w.field(fieldDestination, "s", c.destination)
	if c.signature != "" {
		w.align(8)
		w.b = append(w.b, fieldSignature)
		w.signature("g")
		w.signature(c.signature)
	}
	w.setUint32(headerSize-4, len(w.b)-headerSize)
	w.align(8)
	return append(w.b, c.body...)
}

func (w *writer) field(code byte, signature, value string) {
	w.align(8)
	w.b = append(w.b, code)
	w.signature(signature)
	w.string(value)
}

// A message is one that came from the bus.
type message struct {
	kind byte
	// answers is the serial of the call that it answers, 0 for none.
	answers int
	body    reader
}

// size returns the length of the message that b begins with: 0 when b is too short
// to tell, negative when it is not a message that can be read.
func size(b []byte) int {
	if len(b) < headerSize {
		return 0
	}
	if b[0] != 'l' || b[3] != version {
		return -1
	}
	r := reader{b: b, at: 4}
	body := r.uint32()
	r.uint32()
	fields := r.uint32()
	// Where an int has 32 bits a length may be negative.
	if min(body, fields) < 0 || max(body, fields) > maxMessage {
		return -1
	}
	total := (headerSize+fields+7)&^7 + body
	if total > maxMessage {
		return -1
	}
	return total
}

// parse reads a whole message.
func parse(b []byte) (message, bool) {
	m := message{kind: b[1]}
	r := reader{b: b, at: headerSize - 4}
	for end := r.uint32() + headerSize; r.at < end && !r.failed; {
		r.align(8)
		code := r.byte()
		if number := r.variant(); code == fieldReplySerial {
			m.answers = number
		}
	}
	r.align(8)
	if r.failed {
		return message{}, false
	}
	// The body begins at a multiple of 8, so that its alignment is its own.
	m.body = reader{b: b[r.at:]}
	return m, true
}
