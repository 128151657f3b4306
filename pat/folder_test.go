package pat_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"patdesk/history"
	"patdesk/pat"
)

// Ensure that a history's folder which cannot be made is told by what stands in its way,
// each with a step that mends it.
func TestExplain_NoFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links and long paths are others there")
	}
	dir := t.TempDir()
	file, link := filepath.Join(dir, "file"), filepath.Join(dir, "link")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink(filepath.Join(dir, "nowhere"), link)); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string][2]string{
		file:                         {file + " is a file", "Move that file away"},
		filepath.Join(file, "below"): {file + " is a file", "Move that file away"},
		link:                         {link + " is a link to a place that is not there", "Make the folder that it points to"},
		filepath.Join(link, "below"): {link + " is a link to a place that is not there", "Make the folder that it points to"},
		filepath.Join(dir, strings.Repeat("x", 5000)): {"longer than this system takes", "shorter path"},
	} {
		for _, reading := range []bool{false, true} {
			_, err := history.Open(t.Context(), history.Options{Path: filepath.Join(folder, "history.db"), Reading: reading})
			x := pat.Explain(err)
			if x.ID != "L2" || x.Exit != pat.ExitStorage || !strings.Contains(x.Cause, want[0]) || !strings.Contains(x.Next, want[1]) {
				t.Errorf("%.80s: %s; %s; %s", folder, x.ID, x.Cause, x.Next)
			}
		}
	}
	denied := &history.Error{Kind: history.ReadOnly, Path: "/srv/a/history.db", Err: &fs.PathError{Op: "mkdir", Path: "/srv/a", Err: fs.ErrPermission}}
	if x := pat.Explain(denied); !strings.Contains(x.Cause, "may not make the folder /srv/a") || !strings.Contains(x.Next, "/srv writable for you") {
		t.Errorf("denied: %s; %s", x.Cause, x.Next)
	}
}
