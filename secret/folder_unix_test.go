//go:build unix

package secret

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Ensure that root makes no folder in the home of somebody else, and makes them wherever
// that keeps nobody out.
func TestMakeFolder_StrangersHome(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	const ana, bo = 61001, 61002
	root := t.TempDir()
	homes := map[int]string{ana: filepath.Join(root, "ana"), bo: filepath.Join(root, "bo")}
	elsewhere := filepath.Join(root, "volume") // belongs to ana, and is nobody's home
	for uid, dir := range map[int]string{ana: homes[ana], bo: homes[bo], ana + 2: elsewhere, 0: filepath.Join(root, "root")} {
		if err := errors.Join(os.Mkdir(dir, 0o755), os.Chown(dir, uid, uid)); err != nil {
			t.Fatal(err)
		}
	}
	lookUp := func(uid int) (name, home string) { return map[int]string{ana: "ana", bo: "bo"}[uid], homes[uid] }
	for dir, whose := range map[string]string{
		"ana/.config/patdesk": "ana", "ana/patdesk": "ana", "bo/.local/share/patdesk": "bo", "bo/..data": "bo",
		"ana": "", "root/.config/patdesk": "", "volume/patdesk": "", "volume/a/b/c": "", "new": "", "ana/../new": "",
	} {
		err := strangersHome(filepath.Join(root, dir), lookUp)
		var stranger *HomeError
		if errors.As(err, &stranger) != (whose != "") || whose != "" && stranger.User != whose {
			t.Errorf("%s: %v, want the home of %q", dir, err, whose)
		}
	}
	for _, home := range []string{"", "/", "ana", filepath.Join(root, "bo")} { // odd homes keep nobody out
		if err := strangersHome(filepath.Join(root, "ana/x"), func(int) (string, string) { return "ana", home }); err != nil {
			t.Errorf("home %q: %v", home, err)
		}
	}
	if err := MakeFolder(filepath.Join(elsewhere, "a", "b")); err != nil {
		t.Error(err)
	}
}
