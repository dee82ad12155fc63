//go:build unix

package handover

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// standIn is a program that keeps values as gh and glab do, at their words, and notes what anybody on the machine can see
// of a call: its arguments, and its environment.
const standIn = `#!/bin/sh
set -e
{ printf '%s\n' "$@"; env; } >>"$NOTED"
at=$KEPT/$3
case "${0##*/} $1 $2" in
"glab variable get") test -e "$at"; exit ;;
"glab variable set") test ! -e "$at" ;;
"glab variable update") test -e "$at" ;;
"gh secret set" | "gh variable set") ;;
*) exit 64 ;;
esac
shift 3
value= given= flags=
for flag; do
	case $flag in
	--body=* | --value=*) value=${flag#*=} given=yes ;;
	--raw | --masked | --protected) flags="$flags $flag" ;;
	*) exit 64 ;;
	esac
done
test -n "$given" || value=$(cat)
printf %s "$value" >"$at"
printf %s "$flags" >"$at.flags"
`

// byStandIn runs the script that is written twice, as for a new credential and after a rotation.
func byStandIn(program, shell string) func(*testing.T, string) map[string]string {
	return func(t *testing.T, text string) map[string]string {
		dir := t.TempDir()
		kept, noted := filepath.Join(dir, "kept"), filepath.Join(dir, "noted")
		if err := os.Mkdir(kept, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, program), []byte(standIn), 0o700); err != nil {
			t.Fatal(err)
		}
		env := []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "KEPT=" + kept, "NOTED=" + noted}
		for _, script := range []string{strings.ReplaceAll(text, "S3CRET", "FIRST"), text} {
			stdout(t, env, shell, "-c", `"$0" <"$1"`, shell, inFile(t, script))
		}
		seen, err := os.ReadFile(noted)
		if err != nil || !strings.Contains(string(seen), "APITOK_CLIENT_SECRET") {
			t.Fatal("nothing was noted", err)
		}
		if strings.Contains(string(seen), "S3CRET") || strings.Contains(string(seen), "FIRST") {
			t.Error("the secret can be seen by others")
		}
		if flags := content(t, kept, "APITOK_CLIENT_SECRET.flags"); program == "glab" && flags != " --raw --masked --protected" {
			t.Errorf("the secret is kept with%s", flags)
		}
		read := map[string]string{}
		for _, v := range credential("", "").variables() {
			read[v.name] = content(t, kept, v.name)
		}
		return read
	}
}

func content(t *testing.T, dir, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestScriptStops: a script whose program fails does so too, and does not go on to the secret.
func TestScriptStops(t *testing.T) {
	for _, format := range []string{"github-actions", "gitlab"} {
		text, err := credential("r", "x").In(format)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, program := range []string{"gh", "glab"} {
			if err := os.WriteFile(filepath.Join(dir, program), []byte("#!/bin/sh\necho called\nexit 1\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		said := stdout(t, []string{"PATH=" + dir + ":" + os.Getenv("PATH")}, "sh", "-c", `sh <"$0" && echo done; true`, inFile(t, text))
		if string(said) != "called\n" {
			t.Errorf("%s goes on: %s", format, said)
		}
	}
	// A secret that is the word which ends it.
	if text := hereDocument("END"); text != " <<'END.'\nEND\nEND.\n" {
		t.Error(text)
	}
}
