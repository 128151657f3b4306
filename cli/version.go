package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"patdesk/history"
)

// Set by -ldflags -X in a release build; a build from source takes them from the
// build information.
var (
	Version string // semantic version, as 0.2.0
	Commit  string // of the source
	Date    string // of the commit, RFC 3339
)

// versionView is the version as --json prints it.
type versionView struct {
	Version   string `json:"version"`
	Commit    string `json:"commit"` // "" if the source was in no repository
	Date      string `json:"date"`   // of the commit, RFC 3339 UTC
	Go        string `json:"go"`
	SQLite    string `json:"sqlite"`
	BubbleTea string `json:"bubbletea"`
	OS        string `json:"os"`
	Arch      string `json:"arch"`
}

// version is the version of this program in a form fit for a header.
func version() string {
	info, _ := debug.ReadBuildInfo()
	return versionOf(info, versionView{Version: Version}).Version
}

// versionOf is what a build says of itself; what was stamped wins.
func versionOf(info *debug.BuildInfo, stamped versionView) versionView {
	v := versionView{Version: "devel", Go: runtime.Version(), SQLite: history.SQLiteVersion(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info != nil {
		if m := info.Main.Version; m != "" && m != "(devel)" {
			v.Version = m
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = s.Value
			case "vcs.time":
				v.Date = s.Value
			}
		}
		for _, m := range info.Deps {
			if m.Path == "charm.land/bubbletea/v2" {
				if m.Replace != nil {
					m = m.Replace
				}
				v.BubbleTea = m.Version
			}
		}
	}
	v.Version, v.Commit, v.Date = first(stamped.Version, v.Version), first(stamped.Commit, v.Commit), first(stamped.Date, v.Date)
	if at, err := time.Parse(time.RFC3339, v.Date); err == nil {
		v.Date = at.UTC().Format(time.RFC3339)
	}
	return v
}

// about is the program and what it was built with, in one line.
func about() string {
	info, _ := debug.ReadBuildInfo()
	v := versionOf(info, versionView{Version: Version, Commit: Commit, Date: Date})
	return fmt.Sprintf("patdesk %s, %s, %s/%s, SQLite %s, Bubble Tea %s", v.Version, v.Go, v.OS, v.Arch, v.SQLite, v.BubbleTea)
}

func (a *app) versionCmd() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version, and what it was built with", Args: noArgs,
		Example: "  patdesk version\n  patdesk version --json",
		RunE:    func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func (a *app) printVersion() error {
	info, _ := debug.ReadBuildInfo()
	v := versionOf(info, versionView{Version: Version, Commit: Commit, Date: Date})
	if a.json {
		return a.printJSON(a.env.Out, v)
	}
	line(a.env.Out, "patdesk %s (%s, %s/%s)", v.Version, v.Go, v.OS, v.Arch)
	if v.Commit != "" {
		line(a.env.Out, "commit %s of %s", v.Commit, v.Date)
	}
	line(a.env.Out, "SQLite %s, Bubble Tea %s", v.SQLite, first(v.BubbleTea, "of an unknown version"))
	return nil
}
