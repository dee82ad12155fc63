// Command docgen writes what is made from the commands themselves: shell
// completions, the reference under docs/cli, and man pages.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/apitok/apitok/internal/cli"
)

func main() {
	completions := flag.String("completions", "", "write shell completions to this folder")
	markdown := flag.String("markdown", "", "write the reference to this folder")
	man := flag.String("man", "", "write man pages to this folder")
	flag.Parse()
	for _, job := range []struct {
		folder string
		write  func(string) error
	}{{*completions, writeCompletions}, {*markdown, writeMarkdown}, {*man, writeMan}} {
		if job.folder == "" {
			continue
		}
		if err := job.write(job.folder); err != nil {
			fmt.Fprintln(os.Stderr, "docgen:", err)
			os.Exit(1)
		}
	}
}

func root() *cobra.Command {
	cmd := cli.New(cli.System{Getenv: func(string) string { return "" }})
	cmd.DisableAutoGenTag = true
	return cmd
}

func writeCompletions(folder string) error {
	if err := fresh(folder); err != nil {
		return err
	}
	cmd := root()
	for name, write := range map[string]func(string) error{
		"apitok.bash": func(f string) error { return cmd.GenBashCompletionFileV2(f, true) },
		"apitok.zsh":  cmd.GenZshCompletionFile,
		"apitok.fish": func(f string) error { return cmd.GenFishCompletionFile(f, true) },
		"apitok.ps1":  cmd.GenPowerShellCompletionFileWithDesc,
	} {
		if err := write(filepath.Join(folder, name)); err != nil {
			return err
		}
	}
	return nil
}

func writeMarkdown(folder string) error {
	if err := fresh(folder); err != nil {
		return err
	}
	return doc.GenMarkdownTree(root(), folder)
}

// writeMan dates the pages by SOURCE_DATE_EPOCH, so that two builds of one commit
// agree.
func writeMan(folder string) error {
	if err := fresh(folder); err != nil {
		return err
	}
	return doc.GenManTree(root(), &doc.GenManHeader{Title: "APITOK", Section: "1", Source: "apitok", Manual: "apitok"}, folder)
}

// fresh empties a folder, so that pages of commands that are gone go too.
func fresh(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return os.MkdirAll(folder, 0o755)
}
