package cli

import (
	"runtime"
	"runtime/debug"
	"testing"

	"patdesk/history"
)

// Ensure the version is what was stamped, else what the build knows, else says
// that it is neither.
func TestVersionOf(t *testing.T) {
	t.Parallel()
	built := func(version string, deps ...*debug.Module) *debug.BuildInfo {
		return &debug.BuildInfo{
			Main: debug.Module{Version: version}, Deps: deps,
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-28T09:00:00+02:00"}, {Key: "vcs.modified", Value: "true"}},
		}
	}
	tea := &debug.Module{Path: "charm.land/bubbletea/v2", Version: "v2.1.1"}
	for name, tt := range map[string]struct {
		info    *debug.BuildInfo
		stamped versionView
		want    versionView
	}{
		"nothing known":     {nil, versionView{}, versionView{Version: "devel"}},
		"a clone":           {built("(devel)", tea), versionView{}, versionView{Version: "devel", Commit: "abc", Date: "2026-11-28T07:00:00Z", BubbleTea: "v2.1.1"}},
		"go install":        {&debug.BuildInfo{Main: debug.Module{Version: "v0.2.0"}, Deps: []*debug.Module{tea}}, versionView{}, versionView{Version: "v0.2.0", BubbleTea: "v2.1.1"}},
		"a release":         {built("(devel)", tea), versionView{Version: "0.2.0", Commit: "def", Date: "2026-12-01T00:00:00Z"}, versionView{Version: "0.2.0", Commit: "def", Date: "2026-12-01T00:00:00Z", BubbleTea: "v2.1.1"}},
		"a release's part":  {built("v0.2.0-pre"), versionView{Version: "0.2.0"}, versionView{Version: "0.2.0", Commit: "abc", Date: "2026-11-28T07:00:00Z"}},
		"a replaced module": {built("", &debug.Module{Path: tea.Path, Version: "v2.0.0", Replace: tea}), versionView{}, versionView{Version: "devel", Commit: "abc", Date: "2026-11-28T07:00:00Z", BubbleTea: "v2.1.1"}},
	} {
		tt.want.Go, tt.want.OS, tt.want.Arch, tt.want.SQLite = runtime.Version(), runtime.GOOS, runtime.GOARCH, history.SQLiteVersion()
		if got := versionOf(tt.info, tt.stamped); got != tt.want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, tt.want)
		}
	}
}
