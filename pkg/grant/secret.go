package grant

import (
	"fmt"
	"io"
)

const redacted = "[redacted]"

// A Secret is text that must not be seen by accident: every way of printing or
// encoding it gives "[redacted]". Only [Secret.Reveal] gives the text.
type Secret struct{ text string }

// NewSecret makes a secret of text.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text. Call it only where the secret goes out on purpose.
func (s Secret) Reveal() string { return s.text }

// IsZero tells whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == "" }

// Format prints "[redacted]" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) } //nolint:errcheck // fmt has no way to report it

// String returns "[redacted]".
func (s Secret) String() string { return redacted }

// MarshalText encodes "[redacted]", so that JSON and YAML hold that.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
