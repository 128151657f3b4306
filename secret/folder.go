package secret

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// HomeError says that a folder would be made in the home of somebody else, who could
// not use it then.
type HomeError struct{ Dir, User string }

// Error implements error.
func (e *HomeError) Error() string {
	return fmt.Sprintf("%s is in the home of %s, who could not use what root makes there", e.Dir, e.User)
}

// Fix says how not to make it there.
func (e *HomeError) Fix() string {
	return "run patdesk as " + e.User + ", without sudo; or with the HOME of root"
}

// MakeFolder makes a folder for this user alone, and what is missing above it. Root makes
// none in the home of somebody else, as sudo with their HOME would. Errors: *HomeError,
// those of the system.
func MakeFolder(dir string) error {
	if os.Geteuid() == 0 {
		if err := strangersHome(dir, homeOf); err != nil {
			return err
		}
	}
	return os.MkdirAll(dir, 0o700)
}

// strangersHome is a *HomeError for a folder that is missing in the home of another user
// of this computer. Whoever has no home here, as in a container, keeps nobody out.
func strangersHome(dir string, homeOf func(uid int) (name, home string)) error {
	above := dir
	fi, err := os.Stat(above)
	if err == nil {
		return nil
	}
	for err != nil && filepath.Dir(above) != above {
		above = filepath.Dir(above)
		fi, err = os.Stat(above)
	}
	if err != nil {
		return nil //nolint:nilerr // making it tells what is wrong
	}
	uid, _, known := owner(fi)
	if !known || uid == 0 {
		return nil
	}
	name, home := homeOf(uid)
	inside, err := filepath.Rel(home, dir)
	if !filepath.IsAbs(home) || filepath.Dir(home) == home || err != nil || !filepath.IsLocal(inside) {
		return nil //nolint:nilerr // elsewhere
	}
	return &HomeError{dir, name}
}

// homeOf is the name and the home of a user of this computer, "" for nobody.
func homeOf(uid int) (name, home string) {
	who, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return "", ""
	}
	return who.Username, who.HomeDir
}
