package reaper

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// onlyZombies is true of a group whose processes have all ended, whether or not their parent has taken notice. The parent
// of an orphan is process 1, and in a container that may be a program that never does.
func onlyZombies(group int) bool {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, file := range stats {
		content, err := os.ReadFile(file)
		if err != nil {
			continue // It ended meanwhile.
		}
		// The name in parentheses may hold anything, parentheses included; state, parent and group come after it.
		var state string
		var parent, in int
		rest := content[strings.LastIndexByte(string(content), ')')+1:]
		if _, err := fmt.Sscan(string(rest), &state, &parent, &in); err != nil {
			return false
		}
		if in == group && state != "Z" && state != "X" {
			return false
		}
	}
	return true
}
