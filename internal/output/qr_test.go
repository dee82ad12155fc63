package output

import (
	"strings"
	"testing"

	"rsc.io/qr"
)

// TestQR reads the blocks back into modules: light where there is ink, with a border
// that is light all around.
func TestQR(t *testing.T) {
	const text = "https://keycloak.example.com/realms/acme/device?user_code=ABCD-EFGH"
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		t.Fatal(err)
	}
	for _, terminal := range []bool{false, true} {
		var b strings.Builder
		if err := QR(&b, text, terminal); err != nil {
			t.Fatal(err)
		}
		drawn := strings.NewReplacer("\x1b[97;40m", "", "\x1b[0m", "").Replace(b.String())
		if terminal == (drawn == b.String()) {
			t.Errorf("colours are wrong for terminal %v", terminal)
		}
		lines := strings.Split(strings.TrimSuffix(drawn, "\n"), "\n")
		side := code.Size + 2*quiet
		for y := range side {
			row := []rune(lines[y/2])
			if len(row) != side {
				t.Fatalf("line %d has %d characters, not %d", y/2, len(row), side)
			}
			for x, r := range row {
				ink := r == '█' || r == '▀' && y%2 == 0 || r == '▄' && y%2 == 1
				if ink == code.Black(x-quiet, y-quiet) {
					t.Fatalf("module %d,%d is drawn as %q", x, y, r)
				}
			}
		}
	}
}
