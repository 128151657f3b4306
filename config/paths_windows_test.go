package config

import (
	"os"
	"path/filepath"
	"testing"
)

// Ensure Windows' own folders are the places, the variables override them, and what
// is no path from a drive on is refused.
func TestFindPaths_Windows(t *testing.T) {
	p, err := FindPaths(os.Getenv)
	if err != nil || p.ConfigFile != filepath.Join(os.Getenv("APPDATA"), "patdesk", "config.toml") || p.History != filepath.Join(os.Getenv("LOCALAPPDATA"), "patdesk", "history.db") {
		t.Errorf("%+v %v", p, err)
	}
	for _, c := range []struct{ data, history, fault string }{
		{`D:\desk`, `D:\desk\history.db`, ""},
		{`D:/desk/team.DB`, `D:\desk\team.DB`, ""},
		{`\\server.example.com\share\desk`, `\\server.example.com\share\desk\history.db`, ""},
		{`~\desk`, `C:\Users\ana\desk\history.db`, ""},
		{`\desk`, "", "PATDESK_DATA is not absolute: from another directory, the history would be another one"},
		{`D:desk`, "", "PATDESK_DATA is not absolute: from another directory, the history would be another one"},
		{`%USERPROFILE%\desk`, "", "PATDESK_DATA holds the name of a variable in place of its value"},
	} {
		p, err := FindPaths(func(name string) string {
			return map[string]string{"PATDESK_DATA": c.data, "USERPROFILE": `C:\Users\ana`, "AppData": `C:\Users\ana\AppData\Roaming`}[name]
		})
		if p.History != c.history || (err == nil) != (c.fault == "") || err != nil && err.Error() != c.fault {
			t.Errorf("%s: %q %v", c.data, p.History, err)
		}
	}
	if _, err := FindPaths(func(name string) string { return map[string]string{"PATDESK_CONFIG": `~\desk`}[name] }); err == nil || err.Error() != "PATDESK_CONFIG begins with ~, and USERPROFILE is not set: write the path in full" {
		t.Errorf("without a home: %v", err)
	}
}
