package config

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"patdesk/secret"
)

// maxFile is the largest configuration file that is read, in bytes.
const maxFile = 256 << 10

// Load reads the configuration. A missing file gives the defaults. Whatever a
// person can mend is an *Error with its place in the file.
//
// Because key_command is run, a file that others could have written is refused;
// that others can read it is no fault, it holds no secret. The file may be a
// symbolic link, as the managers of such files make them: what it points to
// counts.
func Load(path string) (*Config, error) {
	b, err := readFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(path), nil
	}
	if err != nil {
		return nil, err
	}
	return parse(path, b)
}

// readFile checks and reads the file.
func readFile(path string) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, &Error{Path: path, Msg: "the configuration cannot be read", Suggest: reasonOf(err), Err: err}
	}
	defer f.Close()
	if e := checkTrust(path, f); e != nil {
		return nil, e
	}
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, &Error{Path: path, Msg: "the configuration cannot be read", Suggest: reasonOf(err), Err: err}
	}
	if len(b) > maxFile {
		return nil, &Error{Path: path, Msg: "the file is larger than 256 KiB", Suggest: "this cannot be a configuration of patdesk"}
	}
	return b, nil
}

// reasonOf returns what the system says, without the path that stands before it.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// parse reads the text of a configuration file.
func parse(path string, b []byte) (*Config, error) {
	c := Default(path)
	c.new = false
	c.read = sha256.Sum256(b)
	r, tree, e := c.reader(b)
	if e != nil {
		return nil, e
	}
	r.root(tree)
	if e := first(r.bad); e != nil {
		return nil, e
	}
	c.fillDefaults()
	if err := c.Validate(); err != nil {
		return nil, err
	}
	return c, nil
}

// reader reads the text of a file of c into a tree, and notes where its parts stand.
func (c *Config) reader(b []byte) (*reader, map[string]any, *Error) {
	// Editors on Windows put a byte order mark first, which TOML does not know.
	text := bytes.TrimPrefix(b, []byte("\ufeff"))
	if e := checkEncoding(c.Path, text); e != nil {
		return nil, nil, e
	}
	if e := noSecrets(c.Path, text); e != nil {
		return nil, nil, e
	}
	var tree map[string]any
	if err := toml.Unmarshal(text, &tree); err != nil {
		return nil, nil, syntaxError(c.Path, text, err)
	}
	r := &reader{c: c}
	r.keys, c.at, c.comments = survey(text)
	return r, tree, nil
}

// noSecrets refuses a token anywhere but in a comment: names, commands and addresses
// are shown and copied as they are.
func noSecrets(path string, text []byte) *Error {
	for n, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if what := secret.Within(line); what != "" {
			return &Error{Path: path, Line: n + 1, Column: 1, Msg: what + " stands in this line", Suggest: "this file is no place for secrets: take it out, and replace what others may have read"}
		}
	}
	return nil
}

// syntaxError points at what is not TOML.
func syntaxError(path string, text []byte, err error) *Error {
	e := &Error{Path: path, Msg: "this is not TOML", Err: err}
	var de *toml.DecodeError
	if !errors.As(err, &de) {
		return e
	}
	e.Line, e.Column = de.Position()
	// The cause repeats parts of the file, and is needed by nobody.
	e.Err = nil
	e.Msg = plain(strings.TrimPrefix(de.Error(), "toml: "))
	if msg, fix := oddCharacter(text, e.Line, e.Column); msg != "" {
		e.Msg, e.Suggest = msg, fix
		return e
	}
	if lines := strings.Split(string(text), "\n"); e.Line >= 1 && e.Line <= len(lines) {
		e.Suggest = bareValue(lines[e.Line-1], e.Column)
	}
	return e
}

// bareValue says how to write the value of a line that fails at a column, where that is a
// bare word; "" if it is none.
func bareValue(line string, column int) string {
	at := strings.IndexByte(line, '=')
	if column <= at+1 || !unquoted.MatchString(line) {
		return ""
	}
	word, _, _ := strings.Cut(line[at+1:], "#")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "true", "yes", "on":
		return "write true, in small letters"
	case "false", "no", "off":
		return "write false, in small letters"
	}
	return `put text in quotes, as in theme = "dark"`
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// first returns the error that stands first in the file, or nil.
func first(bad []*Error) *Error {
	var best *Error
	for _, e := range bad {
		if best == nil || before(e, best) {
			best = e
		}
	}
	return best
}

// before orders errors by their place; those without one come last.
func before(a, b *Error) bool {
	if (a.Line == 0) != (b.Line == 0) {
		return b.Line == 0
	}
	if a.Line != b.Line {
		return a.Line < b.Line
	}
	return a.Column < b.Column
}

// plain makes the words of the parser safe to print on one line.
func plain(s string) string {
	q := fmt.Sprintf("%q", s)
	return strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`)
}

// openRegular opens a regular file, or what a link points to, without waiting
// for the other side of a pipe.
func openRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}
