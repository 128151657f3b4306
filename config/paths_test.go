package config

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindPaths(t *testing.T) {
	home := Paths{
		ConfigFile: "/home/ana/.config/patdesk/config.toml", ConfigDir: "/home/ana/.config/patdesk",
		DataDir: "/home/ana/.local/share/patdesk", History: "/home/ana/.local/share/patdesk/history.db",
	}
	for _, tt := range []struct {
		goos string
		env  []string
		want Paths
	}{
		{"linux", []string{"HOME=/home/ana"}, home},
		{"darwin", []string{"HOME=/home/ana"}, home},
		{"linux", []string{"HOME=/home/ana", "XDG_CONFIG_HOME=relative", "XDG_DATA_HOME="}, home},
		{"linux", []string{"XDG_CONFIG_HOME=/c", "XDG_DATA_HOME=/d"}, Paths{"/c/patdesk/config.toml", "/c/patdesk", "/d/patdesk", "/d/patdesk/history.db"}},
		{"linux", []string{"PATDESK_CONFIG=/c", "PATDESK_DATA=/d"}, Paths{"/c/config.toml", "/c", "/d", "/d/history.db"}},
		{"linux", []string{"PATDESK_CONFIG=/c/my.toml", "PATDESK_DATA=/d/my.db", "HOME=/home/ana"}, Paths{"/c/my.toml", "/c", "/d", "/d/my.db"}},
		{"linux", []string{"PATDESK_CONFIG=/c/../e/", "PATDESK_DATA=/d/x.DB"}, Paths{"/e/config.toml", "/e", "/d", "/d/x.DB"}},
		{"linux", []string{"PATDESK_CONFIG=~/c", "PATDESK_DATA=~/d", "HOME=/home/ana"}, Paths{"/home/ana/c/config.toml", "/home/ana/c", "/home/ana/d", "/home/ana/d/history.db"}},
		{"linux", []string{"PATDESK_CONFIG=~/my.toml", "PATDESK_DATA=~", "HOME=/home/ana"}, Paths{"/home/ana/my.toml", "/home/ana", "/home/ana", "/home/ana/history.db"}},
		{"linux", []string{"PATDESK_CONFIG=/c", "PATDESK_DATA= /d/../e "}, Paths{"/c/config.toml", "/c", "/e", "/e/history.db"}},
		{"windows", []string{"AppData=/roaming", "LocalAppData=/local"}, Paths{"/roaming/patdesk/config.toml", "/roaming/patdesk", "/local/patdesk", "/local/patdesk/history.db"}},
	} {
		got, err := findPaths(tt.goos, env(tt.env...))
		if err != nil {
			t.Errorf("%s %v: %v", tt.goos, tt.env, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", tt.goos, tt.env, diff)
		}
	}
	for _, goos := range []string{"linux", "windows"} {
		if _, err := findPaths(goos, env()); err == nil {
			t.Errorf("%s without a home: no error", goos)
		}
	}
}

// Ensure a place that depends on where patdesk runs, or that nobody expanded, is
// refused by the name of its variable.
func TestFindPaths_Refuses(t *testing.T) {
	for value, want := range map[string]string{
		"PATDESK_DATA=d":           "PATDESK_DATA is not absolute",
		"PATDESK_DATA=./d":         "PATDESK_DATA is not absolute",
		"PATDESK_DATA=../d/x.db":   "PATDESK_DATA is not absolute",
		"PATDESK_DATA=~ana/d":      "begins with ~ and a name",
		"PATDESK_CONFIG=~ana/d":    "PATDESK_CONFIG begins with ~ and a name",
		"PATDESK_DATA=$HOME/d":     "the name of a variable",
		"PATDESK_DATA=${HOME}/d":   "the name of a variable",
		"PATDESK_DATA=\"/d\"":      "has quotes in it",
		"PATDESK_DATA=“/d”":        "has quotes in it",
		"PATDESK_DATA=file:///d":   "is an address",
		"PATDESK_DATA= ":           "nothing but white space", //nolint:gocritic // as somebody may leave it
		"PATDESK_CONFIG=%APPDATA%": "the name of a variable",
		"PATDESK_CONFIG=c":         "PATDESK_CONFIG is not absolute",
		"PATDESK_CONFIG=./my.toml": "PATDESK_CONFIG is not absolute",
	} {
		_, err := findPaths("linux", env(value, "HOME=/home/ana"))
		if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, ErrNoHome) {
			t.Errorf("%s: %v, want %q", value, err, want)
		}
	}
	for _, set := range [][]string{{}, {"HOME="}, {"HOME=relative"}, {"XDG_CONFIG_HOME=/c"}, {"PATDESK_CONFIG=/c"}} {
		if _, err := findPaths("linux", env(set...)); !errors.Is(err, ErrNoHome) {
			t.Errorf("%v: %v", set, err)
		}
	}
	if _, err := findPaths("linux", env("PATDESK_CONFIG=/c", "PATDESK_DATA=~/d")); err == nil || !strings.Contains(err.Error(), "HOME is not set") {
		t.Errorf("~ without a home: %v", err)
	}
}

// Ensure that a variable of which nothing is taken is named.
func TestRelativePlaces(t *testing.T) {
	for vars, want := range map[string]string{
		"HOME=/home/ana": "", "XDG_DATA_HOME=/d": "", "XDG_CONFIG_HOME=": "",
		"XDG_DATA_HOME=d":                                   "XDG_DATA_HOME",
		"XDG_CONFIG_HOME=~/c":                               "XDG_CONFIG_HOME",
		"XDG_CONFIG_HOME=./c":                               "XDG_CONFIG_HOME",
		"XDG_CONFIG_HOME=$HOME":                             "XDG_CONFIG_HOME",
		"XDG_CONFIG_HOME=c XDG_DATA_HOME=d":                 "XDG_CONFIG_HOME XDG_DATA_HOME",
		"XDG_CONFIG_HOME=c PATDESK_CONFIG=/c":               "",
		"XDG_DATA_HOME=d PATDESK_DATA=/d XDG_CONFIG_HOME=c": "XDG_CONFIG_HOME",
	} {
		if got := strings.Join(RelativePlaces(env(strings.Fields(vars)...)), " "); got != want {
			t.Errorf("%s: %q, want %q", vars, got, want)
		}
	}
}
