package cli

import (
	"context"
	"os/exec"
	"runtime"
)

// display tells whether there is a screen to open a browser on, and someone before it.
func (a *app) display() bool {
	env := a.system.Getenv
	switch {
	case env("CI") != "":
		return false
	case runtime.GOOS == "windows", runtime.GOOS == "darwin":
		return env("SSH_CONNECTION") == ""
	}
	return env("DISPLAY") != "" || env("WAYLAND_DISPLAY") != "" || env("BROWSER") != ""
}

// openBrowser opens an address with the browser of this system, and goes on. The
// browser may be what this starts, so it outlives apitok.
func (a *app) openBrowser(ctx context.Context, address string) {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	case "darwin":
		name = "open"
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...) //nolint:gosec // the address is of the server that the person named
	go func() {
		if err := cmd.Run(); err != nil && ctx.Err() == nil {
			a.note("no browser could be opened: " + err.Error())
		}
	}()
}
