package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/apitok/apitok/internal/output"
)

func (a *app) versionCommand() *cobra.Command {
	var f format
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Say which build this is",
		Args:  noArgs,
		RunE: verb(func(*cobra.Command, []string) error {
			b := a.system.Build
			if f.value == "json" {
				return output.JSON(a.system.Stdout, map[string]string{
					"version": b.Version, "commit": b.Commit, "date": b.Date, "go": runtime.Version(), "platform": platform(),
				})
			}
			_, err := fmt.Fprintf(a.system.Stdout, "apitok %s (commit %s, %s, %s, %s)\n", b.Version, b.Commit, b.Date, runtime.Version(), platform())
			return err
		}),
	}
	addFormat(cmd, &f, "text", "json")
	return cmd
}

func platform() string { return runtime.GOOS + "/" + runtime.GOARCH }
