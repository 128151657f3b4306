package config

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFindPaths(t *testing.T) {
	wd, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
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
		{"linux", []string{"PATDESK_CONFIG=c", "PATDESK_DATA=d/x.DB"}, Paths{wd + "/c/config.toml", wd + "/c", wd + "/d", wd + "/d/x.DB"}},
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
