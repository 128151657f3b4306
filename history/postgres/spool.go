package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"patdesk/history"
)

// The spool is a folder on this host with a file for each outcome that could not be recorded:
// "17" for row 17, "17.late" where the row has another outcome by then. A file is what
// finish_entry takes; its token is sealed.

// lateSuffix is of outcomes that came too late: the database has another one for the row.
const lateSuffix = ".late"

// ErrNoSpool says that there is no folder for outcomes that cannot be recorded.
var ErrNoSpool = errors.New("there is no folder for outcomes that cannot be recorded")

func (s *Store) spoolFolder() string { return filepath.Join(s.opts.Spool, s.uuid) }

// spool keeps an outcome on the disk. When it returns nil, the file is there after a loss
// of power, too.
func (s *Store) spool(n ending) error {
	if s.opts.Spool == "" {
		return ErrNoSpool
	}
	b, err := json.Marshal(n)
	if err != nil {
		return err
	}
	folder := s.spoolFolder()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := writeWhole(folder, strconv.FormatInt(n.ID, 10), b); err != nil {
		return err
	}
	s.spooled.Store(true)
	s.wake()
	return nil
}

// writeWhole makes a file that is there with all of its content or not at all.
func writeWhole(folder, name string, content []byte) (err error) {
	f, err := os.CreateTemp(folder, ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), filepath.Join(folder, name)); err != nil {
		return err
	}
	return syncFolders(folder, filepath.Dir(folder))
}

// Spooled counts the outcomes that wait on this host, and those that came too late: the
// shared history has another outcome for their rows. Those stay in the spool, sealed.
func (s *Store) Spooled() (waiting, late int) {
	all, _ := os.ReadDir(s.spoolFolder())
	for _, f := range all {
		switch {
		case strings.HasSuffix(f.Name(), lateSuffix):
			late++
		case isRow(f.Name()):
			waiting++
		}
	}
	return waiting, late
}

func isRow(name string) bool {
	id, err := strconv.ParseInt(name, 10, 64)
	return err == nil && id > 0
}

// waiting are the files of outcomes that wait, the oldest first.
func (s *Store) waiting() ([]fs.FileInfo, error) {
	all, err := os.ReadDir(s.spoolFolder())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var files []fs.FileInfo
	for _, f := range all {
		if info, err := f.Info(); err == nil && isRow(f.Name()) {
			files = append(files, info)
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), cmp.Compare(a.Name(), b.Name()))
	})
	return files, err
}

// drain records what the spool holds, as far as the database takes it.
func (s *Store) drain(ctx context.Context) error {
	if s.opts.Spool == "" || !s.spooled.Load() {
		return nil
	}
	files, err := s.waiting()
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		err := s.drainOne(ctx, filepath.Join(s.spoolFolder(), f.Name()))
		if lost(err) {
			return err
		}
		errs = append(errs, err)
	}
	if left, err := s.waiting(); err == nil && len(left) == 0 {
		s.spooled.Store(false)
		// What was spooled meanwhile must not wait for the next start.
		if left, err := s.waiting(); err != nil || len(left) > 0 {
			s.spooled.Store(true)
		}
	}
	return errors.Join(errs...)
}

// drainTime bounds the recording of one outcome from the spool.
const drainTime = 5 * time.Second

func (s *Store) drainOne(ctx context.Context, path string) error {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	var n ending
	if err := json.Unmarshal(b, &n); err != nil {
		return setAside(path) // not one of ours
	}
	ctx, cancel := context.WithTimeout(ctx, drainTime)
	defer cancel()
	_, err = s.finishOnce(ctx, n)
	switch {
	case err == nil:
		return remove(path)
	case !errors.Is(err, history.ErrFinished) && !errors.Is(err, history.ErrNotFound):
		return err
	case n.Outcome == text(history.Issued):
		return setAside(path) // somebody holds a token of which the row does not know
	}
	return remove(path) // the row says no less than this would
}

// setAside keeps a file that will never be recorded, so that no token is lost silently.
func setAside(path string) error {
	err := os.Rename(path, path+lateSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func remove(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
