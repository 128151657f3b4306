package setup

import "strings"

// tilde shortens a path below the home folder to how people write it.
func tilde(path, home string) string {
	if rest, ok := strings.CutPrefix(path, strings.TrimSuffix(home, "/")+"/"); ok && home != "" {
		return "~/" + rest
	}
	return path
}
