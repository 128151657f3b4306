package term

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// putFile writes the text into a new file that only this user can read, in a
// directory that only this user can enter.
func (c *Clipboard) putFile(text string) (Copied, error) {
	dir, own, err := c.privateDir()
	if err != nil {
		return Copied{}, err
	}
	path := filepath.Join(dir, "patdesk-"+rand.Text()[:10]+".txt")
	if err := writePrivate(path, text); err != nil {
		if own {
			err = errors.Join(err, os.Remove(dir))
		}
		return Copied{}, err
	}
	c.remember(mark{Backend: ModeFile, Path: path, OwnDir: own}, text)
	got, err := os.ReadFile(path)
	if err != nil {
		return Copied{}, fmt.Errorf("read back: %w", err)
	}
	if string(got) != text {
		return Copied{}, errors.New("the file holds something else than was written")
	}
	return Copied{
		Backend: ModeFile, Certainty: Checked, File: path,
		How: Format("is in %s, for you alone, checked", path).String(),
	}, nil
}

// privateDir returns the directory for files; own tells that it was made for one
// file and goes with it.
func (c *Clipboard) privateDir() (dir string, own bool, err error) {
	if c.dir == "" {
		dir, err = os.MkdirTemp(c.env.Getenv("XDG_RUNTIME_DIR"), "patdesk-")
		return dir, true, err
	}
	dir, err = filepath.Abs(c.dir)
	if err != nil {
		return "", false, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", false, err
	}
	return dir, false, checkPrivateDir(dir)
}

func writePrivate(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// clearFile deletes the file of m if it still holds what was written.
func (c *Clipboard) clearFile(m mark) (bool, error) {
	st, err := os.Lstat(m.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !st.Mode().IsRegular() || st.Size() != int64(m.Size) {
		return false, nil
	}
	content, err := os.ReadFile(m.Path)
	if err != nil {
		return false, err
	}
	if !c.isOurs([]mark{m}, string(content)) {
		return false, nil
	}
	if err := os.Remove(m.Path); err != nil {
		return false, err
	}
	if m.OwnDir {
		// Fails only if somebody put another file there, which then stays.
		_ = os.Remove(filepath.Dir(m.Path))
	}
	return true, nil
}
