//go:build !windows

package postgres

import (
	"errors"
	"os"
)

// syncFolders makes the names in folders last after a loss of power.
func syncFolders(folders ...string) error {
	for _, folder := range folders {
		d, err := os.Open(folder)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
	}
	return nil
}
