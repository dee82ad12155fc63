package layout

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// promised are the targets that the README names; the release may have more.
var promised = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

// TestTargets builds the program for every system that a release is made for. Which these are is read from the release's
// own configuration, so that the two cannot differ.
func TestTargets(t *testing.T) {
	targets := releaseTargets(t)
	for _, target := range promised {
		if !slices.Contains(targets, target) {
			t.Errorf(".goreleaser.yaml: no build makes %s, which the README promises", target)
		}
	}
	if testing.Short() {
		t.Skip("cross-compiling takes long")
	}
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			// The flags are those of an ordinary build, so that the build cache serves the next run.
			build := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", os.DevNull, "./cmd/apitok")
			build.Dir = top
			system, processor, _ := strings.Cut(target, "/")
			build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+processor)
			if out, err := build.CombinedOutput(); err != nil {
				t.Errorf("cmd/apitok does not build for %s, a target of .goreleaser.yaml: %v\n%s", target, err, out)
			}
		})
	}
}

func releaseTargets(t *testing.T) (targets []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var config struct {
		Builds []struct {
			GoOS   []string `yaml:"goos"`
			GoArch []string `yaml:"goarch"`
			Ignore []any    `yaml:"ignore"`
		} `yaml:"builds"`
	}
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatalf(".goreleaser.yaml: %v", err)
	}
	for _, build := range config.Builds {
		if len(build.Ignore) > 0 {
			t.Errorf(".goreleaser.yaml: a build ignores targets: teach internal/layout/targets_test.go to read that")
		}
		for _, system := range build.GoOS {
			for _, processor := range build.GoArch {
				targets = append(targets, system+"/"+processor)
			}
		}
	}
	return targets
}
