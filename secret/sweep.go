package secret

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// stagedSuffix ends the name of a file that waits for its real one.
const stagedSuffix = ".tmp"

// stagedFor is how long a running writer can need for a file, at the very most.
const stagedFor = 10 * time.Minute

// stagedPrefix begins the names of the files that are staged for path; the
// number of the process follows.
func stagedPrefix(path string) string { return "." + filepath.Base(path) + "." }

// Sweep removes what killed writers of path left beside it: whole or half copies
// under a name that nobody looks for. Files of a writer that is at work stay.
func Sweep(path string) {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // without the directory there is nothing to sweep
	}
	for _, d := range entries {
		middle, ok := strings.CutPrefix(d.Name(), stagedPrefix(path))
		middle, tmp := strings.CutSuffix(middle, stagedSuffix)
		if !ok || !tmp || !d.Type().IsRegular() {
			continue
		}
		fi, err := d.Info()
		if err != nil {
			continue
		}
		number, _, _ := strings.Cut(middle, "-")
		pid, err := strconv.Atoi(number)
		if working := err == nil && pid > 0 && pid != os.Getpid() && running(pid); working && time.Since(fi.ModTime()) < stagedFor {
			continue
		}
		_ = os.Remove(filepath.Join(dir, d.Name())) // the next run tries again
	}
}
