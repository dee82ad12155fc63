package output

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/apitok/apitok/pkg/apitok"
)

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		`plain`:         `"plain"`,
		`a "word"`:      `"a \"word\""`,
		`C:\x`:          `"C:\\x"`,
		`${var.x}`:      `"$${var.x}"`,
		`%{if true}`:    `"%%{if true}"`,
		`$$ 100% {x}`:   `"$$ 100% {x}"`,
		"two\nlines":    `"two\nlines"`,
		"\x1b[31m":      `"\U0000001b[31m"`,
		"\u202etxt":     `"\U0000202etxt"`,
		`Bücher 日本語`:    `"Bücher 日本語"`,
		`ends with $`:   `"ends with $"`,
		`${a}${b}`:      `"$${a}$${b}"`,
		`"; destroy {}`: `"\"; destroy {}"`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%q is written %s, not %s", text, got, want)
		}
	}
}

// TestTerraformLabels: every text has a label of its own, that is one.
func TestTerraformLabels(t *testing.T) {
	w := &terraform{labels: map[string]string{}}
	seen := map[string]bool{}
	for _, text := range []string{"a.b", "a/b", "a b", "1st", "", "ü", `x" {}`, "a-b", "a_b"} {
		label := w.label(text)
		if seen[label] || noLabel.MatchString(label) || label[0] >= '0' && label[0] <= '9' {
			t.Errorf("the label of %q is %q", text, label)
		}
		if seen[label] = true; w.label(text) != label {
			t.Errorf("%q has two labels", text)
		}
	}
}

// TestTerraform: what is written is written as terraform itself formats it, where that is
// installed, and its braces match in any case.
func TestTerraform(t *testing.T) {
	rotation, err := apitok.ParseRotation("90d")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	err = Terraform(&b, apitok.DrawSetup(apitok.SetupRequest{
		Operator: `op"x${a}`, Audiences: []string{"orders-api", "https://a.example/x?y=${z}"}, Rotation: rotation, Delegation: true,
	}))
	if err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, want := range []string{
		`client_id                                 = "op\"x$${a}"`,
		`included_custom_audience = "https://a.example/x?y=$${z}"`,
		`pkce_code_challenge_method                = "S256"`,
		`"expiration-period"         = "7776000"`,
		`# The client profile apitok-delegated is for strict client policies`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from:\n%s", want, text)
		}
	}
	depth := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if line = strings.TrimSpace(line); line == "}" {
			depth--
		}
		if strings.HasSuffix(line, "{") {
			depth++
		}
	}
	if depth != 0 {
		t.Errorf("%d blocks stay open", depth)
	}
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Log("terraform is not installed: its formatter is not asked")
		return
	}
	cmd := exec.Command(program, "fmt", "-check", "-diff", "-")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("terraform fmt: %v\n%s", err, out)
	}
}
