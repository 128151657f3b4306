package config

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
)

// Paths are the places where patdesk keeps its files.
type Paths struct {
	ConfigFile string // the configuration
	ConfigDir  string // its directory, where the seal key lies if there is no keyring
	DataDir    string // the directory of the history
	History    string // the history
}

// FindPaths returns the places for this system and environment, all absolute.
//
// The configuration is in $XDG_CONFIG_HOME/patdesk, by default ~/.config/patdesk
// (%AppData%\patdesk on Windows); the history in $XDG_DATA_HOME/patdesk, by
// default ~/.local/share/patdesk (%LocalAppData%\patdesk). These defaults hold
// on macOS too. As the XDG Base Directory Specification asks, a relative value
// of its variables is ignored.
//
// PATDESK_CONFIG overrides the first: a path that ends in .toml is the file,
// another is the directory. PATDESK_DATA overrides the second: a path that ends
// in .db is the history itself.
func FindPaths(getenv func(string) string) (Paths, error) {
	return findPaths(runtime.GOOS, getenv)
}

func findPaths(goos string, getenv func(string) string) (Paths, error) {
	var p Paths
	if v := getenv("PATDESK_CONFIG"); v != "" {
		abs, err := filepath.Abs(v)
		if err != nil {
			return Paths{}, err
		}
		p.ConfigDir, p.ConfigFile = abs, filepath.Join(abs, "config.toml")
		if strings.EqualFold(filepath.Ext(abs), ".toml") {
			p.ConfigDir, p.ConfigFile = filepath.Dir(abs), abs
		}
	} else {
		dir, err := base(goos, getenv, "XDG_CONFIG_HOME", "AppData", ".config")
		if err != nil {
			return Paths{}, err
		}
		p.ConfigDir = filepath.Join(dir, "patdesk")
		p.ConfigFile = filepath.Join(p.ConfigDir, "config.toml")
	}
	if v := getenv("PATDESK_DATA"); v != "" {
		abs, err := filepath.Abs(v)
		if err != nil {
			return Paths{}, err
		}
		p.DataDir, p.History = abs, filepath.Join(abs, "history.db")
		if strings.EqualFold(filepath.Ext(abs), ".db") {
			p.DataDir, p.History = filepath.Dir(abs), abs
		}
	} else {
		dir, err := base(goos, getenv, "XDG_DATA_HOME", "LocalAppData", ".local/share")
		if err != nil {
			return Paths{}, err
		}
		p.DataDir = filepath.Join(dir, "patdesk")
		p.History = filepath.Join(p.DataDir, "history.db")
	}
	return p, nil
}

// base returns the directory that the XDG variable names, or the default one.
func base(goos string, getenv func(string) string, xdg, windows, home string) (string, error) {
	if v := getenv(xdg); filepath.IsAbs(v) {
		return v, nil
	}
	if goos == "windows" {
		if v := getenv(windows); v != "" {
			return v, nil
		}
		return "", errors.New("find the place of patdesk's files: %" + windows + "% is not set; set PATDESK_CONFIG and PATDESK_DATA")
	}
	v := getenv("HOME")
	if !filepath.IsAbs(v) {
		return "", errors.New("find the place of patdesk's files: HOME is not set; set PATDESK_CONFIG and PATDESK_DATA")
	}
	return filepath.Join(v, filepath.FromSlash(home)), nil
}
