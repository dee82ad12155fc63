package sealed

import (
	"bufio"
	"bytes"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"

	"github.com/apitok/apitok/pkg/apitok"
)

// ForKeys seals for the holders of keys: each text is an age public key, an SSH public
// key, or several of such or a file of them, a line each, as in authorized_keys. Keys in a file that age
// cannot encrypt to are told to skipped. Usage when there is none left.
func ForKeys(texts []string, skipped func(line string)) (Seal, error) {
	var s Seal
	for _, text := range texts {
		content, name := []byte(text), "a recipient"
		if !strings.Contains(text, "\n") {
			if recipient, err := parseKey(text); err == nil {
				s.recipients = append(s.recipients, recipient)
				continue
			}
			var err error
			name = text
			if content, err = os.ReadFile(text); err != nil { //nolint:gosec // the person names the file
				return Seal{}, &apitok.Error{Kind: apitok.Usage, Message: "a recipient is neither a public key nor a file that can be read",
					Hint: "write age1…, ssh-ed25519 … or ssh-rsa …, or name a file of such"}
			}
		}
		found, err := keysIn(content, skipped)
		if err != nil {
			return Seal{}, err
		}
		if len(found) == 0 {
			return Seal{}, &apitok.Error{Kind: apitok.Usage, Message: name + " holds no public key that age can encrypt to", Hint: "an age, ssh-ed25519 or ssh-rsa one"}
		}
		s.recipients = append(s.recipients, found...)
	}
	return s, nil
}

func keysIn(content []byte, skipped func(string)) (found []age.Recipient, err error) {
	if bytes.Contains(content, []byte("PRIVATE KEY")) || bytes.Contains(content, []byte("AGE-SECRET-KEY-")) {
		return nil, &apitok.Error{Kind: apitok.Usage, Message: "a recipient is a private key", Hint: "name the public one, such as id_ed25519.pub"}
	}
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		recipient, err := parseKey(line)
		if err != nil {
			skipped(line)
			continue
		}
		found = append(found, recipient)
	}
	return found, lines.Err()
}

// parseKey reads one public key.
func parseKey(text string) (age.Recipient, error) {
	if strings.HasPrefix(text, "age1") {
		recipients, err := age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, err
		}
		return recipients[0], nil
	}
	return agessh.ParseRecipient(text)
}
