package config

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"

	"patdesk/paste"
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
// in .db is the history itself. Both have to be absolute, so that there is one
// history, and one key that opens it, whatever the current directory is. A ~ at
// the start is the home. Every error is a *PlaceError.
func FindPaths(getenv func(string) string) (Paths, error) {
	return findPaths(runtime.GOOS, getenv)
}

func findPaths(goos string, getenv func(string) string) (Paths, error) {
	var p Paths
	if v := getenv("PATDESK_CONFIG"); v != "" {
		v, err := place("PATDESK_CONFIG", v, goos, getenv)
		if err != nil {
			return Paths{}, err
		}
		if !filepath.IsAbs(v) {
			return Paths{}, &PlaceError{Var: "PATDESK_CONFIG", Msg: "is not absolute: from another directory, the settings and the key that seals tokens would be others"}
		}
		abs := filepath.Clean(v)
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
		abs, err := place("PATDESK_DATA", v, goos, getenv)
		if err == nil && !filepath.IsAbs(abs) {
			err = &PlaceError{Var: "PATDESK_DATA", Msg: "is not absolute: from another directory, the history would be another one"}
		}
		if err != nil {
			return Paths{}, err
		}
		abs = filepath.Clean(abs)
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

// RelativePlaces are the variables that FindPaths does not go by, since what they hold is
// relative (XDG Base Directory Specification).
func RelativePlaces(getenv func(string) string) (names []string) {
	for _, v := range [][2]string{{"XDG_CONFIG_HOME", "PATDESK_CONFIG"}, {"XDG_DATA_HOME", "PATDESK_DATA"}} {
		if dir := getenv(v[0]); dir != "" && !filepath.IsAbs(dir) && getenv(v[1]) == "" {
			names = append(names, v[0])
		}
	}
	return names
}

// PlaceError says why a variable names no place for patdesk's files.
type PlaceError struct {
	Var string // the variable; HOME and its like when nothing else says where
	Msg string // what is wrong with it, a clause that follows its name
}

// Error implements error.
func (e *PlaceError) Error() string { return e.Var + " " + e.Msg }

// ErrNoHome means that nothing says where a person's files are.
var ErrNoHome = errors.New("nothing says where your files are")

// Unwrap returns ErrNoHome where it is the reason.
func (e *PlaceError) Unwrap() error {
	if e.Var == "HOME" || strings.HasPrefix(e.Var, "%") {
		return ErrNoHome
	}
	return nil
}

// place is the path that a variable holds. No shell has seen it in a unit file,
// a compose file or quotes: ~ is expanded here, and what was meant to be expanded
// otherwise is refused.
func place(name, v, goos string, getenv func(string) string) (string, error) {
	v = strings.TrimSpace(v)
	folder := "HOME"
	if goos == "windows" {
		folder = "USERPROFILE"
	}
	home := getenv(folder)
	rest, tilde := strings.CutPrefix(v, "~")
	switch {
	case v == "":
		return "", &PlaceError{name, "holds nothing but white space"}
	case paste.IsQuote([]rune(v)[0]):
		return "", &PlaceError{name, "has quotes in it that no shell has taken away: write it without"}
	case strings.ContainsRune(v, 0):
		return "", &PlaceError{name, "has the character NUL in it"}
	case strings.HasPrefix(v, "$") || strings.HasPrefix(v, "%"):
		return "", &PlaceError{name, "holds the name of a variable in place of its value"}
	case strings.HasPrefix(strings.ToLower(v), "file:"):
		return "", &PlaceError{name, "is an address: write the path alone"}
	case !tilde:
		return v, nil
	case rest != "" && rest[0] != '/' && rest[0] != filepath.Separator:
		return "", &PlaceError{name, "begins with ~ and a name, which only a shell expands: write the path in full"}
	case !filepath.IsAbs(home):
		return "", &PlaceError{name, "begins with ~, and " + folder + " is not set: write the path in full"}
	}
	return filepath.Join(home, rest), nil
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
		return "", &PlaceError{"%" + windows + "%", "is not set"}
	}
	switch v := getenv("HOME"); {
	case filepath.IsAbs(v):
		return filepath.Join(v, filepath.FromSlash(home)), nil
	case v == "":
		return "", &PlaceError{"HOME", "is not set"}
	default:
		return "", &PlaceError{"HOME", "is not an absolute path"}
	}
}
