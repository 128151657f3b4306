package main

import (
	"bufio"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// actionlint reads the workflow as its host does. It takes shellcheck along.
const actionlint = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"

// channels has the tools of each channel read its recipe, and builds what can be
// built here without a network: a package for Arch Linux, and the image.
func channels(t *testing.T, clone string) {
	recipes := filepath.Join(clone, "dist", "recipes")
	t.Run("homebrew", func(t *testing.T) {
		termtest.Need(t, "ruby")
		do(t, recipes, "ruby", "-wc", "homebrew/patdesk.rb")
	})
	t.Run("nix", func(t *testing.T) {
		termtest.Need(t, "nix-instantiate")
		do(t, recipes, "nix-instantiate", "--parse", "nix/flake.nix")
	})
	t.Run("arch", func(t *testing.T) { arch(t, clone) })
	t.Run("image", func(t *testing.T) { image(t, filepath.Join(clone, "dist")) })
	t.Run("workflow", func(t *testing.T) {
		termtest.Need(t, "shellcheck")
		do(t, clone, "go", "run", actionlint)
		do(t, clone, "shellcheck", "scripts/systems/vet", "scripts/vulnerabilities")
	})
}

// arch builds the package from the archive that lies beside its recipe, installs it in
// a root of its own, uses and removes it. makepkg refuses to be root.
func arch(t *testing.T, clone string) {
	termtest.Need(t, "shellcheck", "makepkg", "pacman", "bsdtar", "fakeroot", "runuser")
	if os.Getuid() != 0 {
		termtest.Missing(t, "only root may become somebody else")
	}
	const byMakepkg = "SC2034,SC2154,SC2164" // it reads and sets the variables, and ends at the first error
	do(t, clone, "shellcheck", "--shell=bash", "--exclude="+byMakepkg, "dist/recipes/aur/PKGBUILD")
	dir, err := os.MkdirTemp("", "patdesk-arch-") //nolint:usetesting // a folder of a test is for its owner only
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	do(t, clone, "cp", "dist/recipes/aur/PKGBUILD", one(t, filepath.Join(clone, "dist", "patdesk-*-linux-amd64.tar.gz")), dir)
	do(t, dir, "chown", "-R", "nobody", dir)
	do(t, dir, "runuser", "-u", "nobody", "--", "env", "HOME="+dir, "CARCH=x86_64", "PKGEXT=.pkg.tar.gz", "makepkg", "--nodeps", "--nocolor")
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "var/lib/pacman"), 0o755); err != nil {
		t.Fatal(err)
	}
	pacman := func(args ...string) {
		t.Helper()
		do(t, root, "pacman", append([]string{"--root=" + root, "--dbpath=" + filepath.Join(root, "var/lib/pacman"), "--noconfirm"}, args...)...)
	}
	pacman("--upgrade", "--nodeps", one(t, filepath.Join(dir, "patdesk-bin-*-x86_64.pkg.tar.gz")))
	installed(t, root)
	pacman("--remove", "patdesk-bin")
	removed(t, root)
}

// image builds the image of the sandbox from the archives in dir alone, and asks a
// container of it whether it is well.
func image(t *testing.T, dir string) {
	termtest.Need(t, "buildah")
	if os.Getuid() != 0 {
		termtest.Missing(t, "buildah needs root here")
	}
	work := t.TempDir()
	global := []string{"--storage-driver=vfs", "--root=" + filepath.Join(work, "root"), "--runroot=" + filepath.Join(work, "run")}
	buildah := func(args ...string) string {
		t.Helper()
		return strings.TrimSpace(do(t, dir, "buildah", append(global[:len(global):len(global)], args...)...))
	}
	buildah("build", "--isolation=chroot", "--pull=never", "--file=recipes/container/Dockerfile", "--tag=sandbox", ".")
	if how := buildah("inspect", "--type=image", "--format={{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.User}}", "sandbox"); how != "[/patdesk sandbox] 65532:65532" {
		t.Errorf("it runs %s", how)
	}
	container := buildah("from", "--pull=never", "sandbox")
	defer buildah("rm", container)
	cmd := exec.CommandContext(t.Context(), "buildah", append(global, "run", "--isolation=chroot", container, "/patdesk", "sandbox", "--addr", "127.0.0.1:0")...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }()
	said := bufio.NewScanner(out)
	if !said.Scan() {
		t.Fatal("the sandbox said nothing")
	}
	server, _ := strings.CutPrefix(said.Text(), "TOOLJET_HOST=")
	answer, err := http.Get(server + "/api/health")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("it is not well: %s", answer.Status)
	}
}
