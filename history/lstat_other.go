//go:build !windows

package history

import (
	"io/fs"
	"os"
)

// lstat is os.Lstat, which knows here which file it saw.
func lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }
