package config

import (
	"os"
	"path/filepath"
	"runtime"
)

// Folders are where apitok keeps its files. Each is "" on a machine that has no
// place for it, such as a container without a home folder.
type Folders struct {
	// Config holds config.yaml.
	Config string
	// State holds what this machine knows but no person wrote.
	State string
}

// FindFolders goes by the XDG Base Directory Specification, and on Windows by the
// system's own folders.
func FindFolders(getenv func(string) string) Folders {
	return Folders{
		Config: folder(getenv, "XDG_CONFIG_HOME", ".config", os.UserConfigDir),
		State:  folder(getenv, "XDG_STATE_HOME", ".local/state", os.UserCacheDir),
	}
}

// Path returns the path of config.yaml, "" when there is no place for it.
func (f Folders) Path() string {
	if f.Config == "" {
		return ""
	}
	return filepath.Join(f.Config, "config.yaml")
}

func folder(getenv func(string) string, variable, below string, windows func() (string, error)) string {
	// The specification says that a path which is not absolute is to be ignored.
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "apitok")
	}
	if runtime.GOOS == "windows" {
		dir, err := windows()
		if err != nil {
			return ""
		}
		return filepath.Join(dir, "apitok")
	}
	home := getenv("HOME")
	if home == "" {
		return ""
	}
	return filepath.Join(home, filepath.FromSlash(below), "apitok")
}
