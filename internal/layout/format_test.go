package layout

import (
	"bytes"
	"fmt"
	goformat "go/format"
)

// format holds that gofmt has nothing to change.
func format(files []*file) (broken []string) {
	for _, f := range files {
		want, err := goformat.Source(f.src)
		if err != nil {
			broken = append(broken, fmt.Sprintf("%s:1: %v", f.path, err))
			continue
		}
		if bytes.Equal(want, f.src) {
			continue
		}
		have, clean := bytes.Split(f.src, []byte("\n")), bytes.Split(want, []byte("\n"))
		line := 0
		for line < min(len(have), len(clean))-1 && bytes.Equal(have[line], clean[line]) {
			line++
		}
		broken = append(broken, fmt.Sprintf("%s:%d: gofmt would change this line and maybe more: run gofmt -w", f.path, line+1))
	}
	return broken
}
