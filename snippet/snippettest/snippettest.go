// Package snippettest runs the backends that are made by snippets: each inside a
// portal of its framework, with people who sign in, as a process.
package snippettest

import (
	"bufio"
	"bytes"
	"embed"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// Backends are the kinds of backends that a portal can be made of.
func Backends() []string { return []string{"go", "express", "flask", "fastapi", "laravel"} }

//go:embed programs
var programs embed.FS

// Where Debian's packages put libraries of JavaScript and of PHP.
const (
	NodeModules = "/usr/share/nodejs"
	phpLibrary  = "/usr/share/php"
)

// announced is the address that a portal says it listens at.
var announced = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// Portal is a portal that runs for the time of a test. GET /sign-in?email=E begins
// a session for E there, by cookie; GET /tooljet-embed is the route of the sample.
type Portal struct {
	// URL is its address, on 127.0.0.1.
	URL string
	// Pages is the folder of its other pages.
	Pages string
}

// Start runs a sample of a backend with the admin key in its environment. What the
// framework needs and this machine has not got is told as termtest.Missing.
func Start(tb testing.TB, kind, sample, key string) *Portal {
	tb.Helper()
	dir := tb.TempDir()
	p := &Portal{Pages: filepath.Join(dir, "pages")}
	if err := os.Mkdir(p.Pages, 0o700); err != nil {
		tb.Fatal(err)
	}
	args := program(tb, kind, dir, sample)
	cmd := exec.CommandContext(tb.Context(), args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "NO_PROXY=*", "TOOLJET_API_TOKEN=" + key, "PYTHONDONTWRITEBYTECODE=1"}
	r, w := io.Pipe()
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, w // php tells its address as an error
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = w.CloseWithError(cmd.Wait())
	}()
	in := bufio.NewReader(io.TeeReader(r, &log))
	for p.URL == "" {
		line, err := in.ReadString('\n')
		if p.URL = announced.FindString(line); err != nil && p.URL == "" {
			tb.Fatalf("%s has ended: %v\n%s", kind, err, log.String())
		}
	}
	go func() { _, _ = io.Copy(io.Discard, in) }()
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	return p
}

// program writes a portal with a sample into a folder and returns its command.
func program(tb testing.TB, kind, dir, sample string) []string {
	tb.Helper()
	switch kind {
	case "go":
		return goProgram(tb, dir, sample)
	case "express":
		node := termtest.Need(tb, "node")
		needFile(tb, filepath.Join(NodeModules, "express"), "node-express")
		if err := os.Symlink(NodeModules, filepath.Join(dir, "node_modules")); err != nil {
			tb.Fatal(err)
		}
		write(tb, dir, "sample.mjs", sample)
		return []string{node, "--preserve-symlinks", copyOf(tb, dir, "express.mjs")} // so that its modules find theirs there
	case "laravel":
		php := termtest.Need(tb, "php")
		needFile(tb, filepath.Join(phpLibrary, "Illuminate/Foundation/helpers.php"), "php-laravel-framework")
		needFile(tb, filepath.Join(phpLibrary, "GuzzleHttp/autoload.php"), "php-guzzlehttp-guzzle and php-curl")
		write(tb, dir, "sample.php", sample)
		return []string{php, "-S", "127.0.0.1:0", "-t", "pages", copyOf(tb, dir, "laravel.php")}
	case "flask", "fastapi":
		write(tb, dir, "sample.py", sample)
		// It must not be called like the library that it imports.
		main := filepath.Join(dir, "main.py")
		if err := os.Rename(copyOf(tb, dir, kind+".py"), main); err != nil {
			tb.Fatal(err)
		}
		return []string{python(tb, kind), main}
	}
	tb.Fatalf("no backend %q", kind)
	return nil
}

// goProgram builds a portal of Go.
func goProgram(tb testing.TB, dir, sample string) []string {
	tb.Helper()
	write(tb, dir, "go.mod", "module example.com/portal\n\ngo 1.22\n")
	write(tb, dir, "tooljet/tooljet.go", sample)
	if err := os.Rename(copyOf(tb, dir, "main.go.txt"), filepath.Join(dir, "main.go")); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), termtest.Need(tb, "go"), "build", "-o", "portal", ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return []string{filepath.Join(dir, "portal")}
}

// python is a Python that has the libraries of a backend: that of the system first.
func python(tb testing.TB, kind string) string {
	tb.Helper()
	libraries := map[string]string{"flask": "flask", "fastapi": "fastapi uvicorn itsdangerous"}[kind]
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		const find = "import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))"
		if exec.CommandContext(tb.Context(), python, append([]string{"-c", find}, strings.Fields(libraries)...)...).Run() == nil {
			return python
		}
	}
	termtest.Missing(tb, "Python lacks one of "+libraries+": python3-flask, python3-fastapi and python3-uvicorn of Debian")
	return ""
}

// needFile wants a file that a package of Debian brings along.
func needFile(tb testing.TB, path, debian string) {
	tb.Helper()
	if _, err := os.Stat(path); err != nil {
		termtest.Missing(tb, path+" is missing: "+debian+" of Debian")
	}
}

// copyOf writes one of the programs into a folder and returns its path.
func copyOf(tb testing.TB, dir, name string) string {
	tb.Helper()
	b, err := programs.ReadFile("programs/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	write(tb, dir, name, string(b))
	return filepath.Join(dir, name)
}

func write(tb testing.TB, dir, name, text string) {
	tb.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}
