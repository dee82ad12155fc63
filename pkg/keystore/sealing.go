package keystore

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/apitok/apitok/pkg/apitok"
	"github.com/apitok/apitok/pkg/atomicfile"
)

// sealing keeps what is too long for a place in a file beside it, sealed with
// AES-256-GCM. The place holds the file's name and the key to it, which is new
// with each write.
type sealing struct {
	place
	dir string
	// limit is how many bytes the place takes of service, key and text together.
	limit int
}

// keyringLimit is what the keyring takes: Windows has 2,560 bytes for the text
// alone (CRED_MAX_CREDENTIAL_BLOB_SIZE). On macOS go-keyring writes the text in
// base64 into a line of at most 4,096 bytes.
func keyringLimit() int {
	switch runtime.GOOS {
	case "windows":
		return 2560
	case "darwin":
		return 3000
	}
	return math.MaxInt
}

// maxName is how long a name may be where there is a limit: Windows has 513 bytes
// for it (CRED_MAX_USERNAME_LENGTH).
const maxName = 400

// sealedForm is the first line of what the place holds of a text in a file.
const sealedForm = "apitok sealed 1"

func (s sealing) name(key string) string {
	if s.limit == math.MaxInt || len(key) <= maxName {
		return key
	}
	return digest(key)
}

// get reads again when the file is gone: the item may have been written anew
// since the place was read.
func (s sealing) get(ctx context.Context, key string) (string, error) {
	before := ""
	for {
		text, err := s.place.get(ctx, s.name(key))
		if err != nil {
			return "", err
		}
		pointer, sealed := strings.CutPrefix(text, sealedForm+"\n")
		if !sealed {
			return text, nil
		}
		text, err = s.open(key, pointer)
		if !apitok.NotFound.Is(err) || pointer == before {
			return text, err
		}
		before = pointer
	}
}

func (s sealing) open(key, pointer string) (string, error) {
	damaged := &apitok.Error{Kind: apitok.StoreFailed, Message: "a sealed file in " + s.dir + " is damaged or another item's", Lost: true,
		Hint: "for a token, replace it with --force; otherwise apitok import or apitok rotate"}
	file, encoded, _ := strings.Cut(pointer, "\n")
	aead, err := aeadOf(encoded)
	if err != nil || filepath.Base(file) != file {
		return "", damaged
	}
	content, err := os.ReadFile(filepath.Join(s.dir, file)) //nolint:gosec // a name without a folder
	if errors.Is(err, fs.ErrNotExist) {
		return "", &apitok.Error{Kind: apitok.NotFound, Message: "a sealed file is gone"}
	}
	if err != nil {
		return "", broken("reading a sealed file failed", err)
	}
	text, err := aead.Open(nil, nil, content, []byte(key))
	if err != nil {
		return "", damaged
	}
	return string(text), nil
}

// set writes the file before the place points to it, and drops the files of
// earlier writes, also those that were stopped, when it does.
func (s sealing) set(ctx context.Context, key, text string, ends time.Time) error {
	name, file := s.name(key), ""
	if len(service)+len(name)+len(text) > s.limit {
		file = sealedPrefix(key) + rand.Text()
		encoded := base64.StdEncoding.EncodeToString(newKey())
		aead, err := aeadOf(encoded)
		if err == nil {
			err = atomicfile.Write(filepath.Join(s.dir, file), aead.Seal(nil, nil, []byte(text), []byte(key))) //nolint:gosec // it makes the nonce
		}
		if err != nil {
			return broken("writing a sealed file failed", err)
		}
		text = strings.Join([]string{sealedForm, file, encoded}, "\n")
	}
	if err := s.place.set(ctx, name, text, ends); err != nil {
		return err
	}
	return s.sweep(key, file)
}

func (s sealing) remove(ctx context.Context, key string) error {
	err := s.place.remove(ctx, s.name(key))
	if err != nil && !apitok.NotFound.Is(err) {
		return err
	}
	if failed := s.sweep(key, ""); failed != nil {
		return failed
	}
	return err
}

// sweep drops all files of a key but one.
func (s sealing) sweep(key, but string) error {
	files, err := os.ReadDir(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, file := range files {
		if name := file.Name(); name != but && strings.HasPrefix(name, sealedPrefix(key)) {
			err = errors.Join(err, os.Remove(filepath.Join(s.dir, name)))
		}
	}
	if err != nil {
		return broken("removing a sealed file failed", err)
	}
	return nil
}

// sealedPrefix begins the names of the files of a key.
func sealedPrefix(key string) string { return digest(key)[:32] + "." }

func newKey() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

func aeadOf(encoded string) (cipher.AEAD, error) {
	key, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
