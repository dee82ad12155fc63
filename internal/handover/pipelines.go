package handover

import "strings"

// gitHub is a script for sh that puts the credential among the variables and secrets of
// a GitHub repository, with GitHub's own program: that of the current folder, or of
// GH_REPO. It may be run again with another secret.
func (c Credential) gitHub() (string, error) {
	var b strings.Builder
	b.WriteString("set -e\n")
	for _, v := range c.variables() {
		if v.secret {
			b.WriteString("gh secret set " + v.name + hereDocument(v.value))
			continue
		}
		b.WriteString("gh variable set " + v.name + " --body=" + ShellWord(v.value) + " </dev/null\n")
	}
	return b.String(), nil
}

// gitLab is a script for sh that puts the credential among the CI/CD variables of a
// GitLab project, with GitLab's own program. That has two words, for a variable that
// is there and for one that is not. GitLab would put other variables in at each $
// unless the value is raw.
func (c Credential) gitLab() (string, error) {
	var b strings.Builder
	b.WriteString(`set -e
put() {
  if glab variable get "$1" </dev/null >/dev/null 2>&1; then glab variable update "$@"; else glab variable set "$@"; fi
}
`)
	for _, v := range c.variables() {
		if v.secret {
			b.WriteString("put " + v.name + " --raw --masked --protected" + hereDocument(v.value))
			continue
		}
		b.WriteString("put " + v.name + " --raw --value=" + ShellWord(v.value) + " </dev/null\n")
	}
	return b.String(), nil
}

// hereDocument ends a command that reads a secret from stdin. Whatever the shell, this
// starts no program that has the secret among its arguments; in some, printf does.
func hereDocument(secret string) string {
	end := "END"
	if secret == end {
		end = "END."
	}
	return " <<'" + end + "'\n" + secret + "\n" + end + "\n"
}
