package history

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"
)

// anchor is what the open database was found as, to notice when its path leads
// to something else: a file that was moved, deleted, replaced or written over
// would take rows that nobody finds again.
type anchor struct {
	files  map[string]fs.FileInfo // by the end of their names; "" is the database itself
	seen   fs.FileInfo            // of the database when its content was last looked at
	number int64                  // of its stamp at that time
}

// anchored are the files that an open database has beside each other.
var anchored = []string{"", "-wal", "-shm"}

// hold remembers what the path leads to, as far as it is not known yet.
func (s *Store) hold(ctx context.Context) error {
	if s.memory {
		return nil
	}
	s.anchoring.Lock()
	defer s.anchoring.Unlock()
	if s.anchor.files == nil {
		fi, err := lstat(s.path)
		if err != nil {
			return s.moved("", err.Error())
		}
		i, err := s.currentIdentity(ctx)
		if err != nil {
			return err
		}
		s.anchor = anchor{files: map[string]fs.FileInfo{"": fi}, seen: fi, number: i.stamp.number}
	}
	for _, suffix := range anchored {
		if _, known := s.anchor.files[suffix]; known {
			continue
		}
		if fi, err := lstat(s.path + suffix); err == nil {
			s.anchor.files[suffix] = fi
		}
	}
	return nil
}

// currentIdentity is what fileIdentity is, from the connection that is open already
// where that comes to the same: nothing was written to the log that is not in the file.
func (s *Store) currentIdentity(ctx context.Context) (identity, error) {
	if log := s.path + "-wal"; size(log) == 0 {
		if i, err := identityIn(ctx, s.read); err != nil || size(log) == 0 {
			return i, err
		}
	}
	i, _, err := s.fileIdentity(ctx)
	return i, err
}

// unmoved makes sure that the path still leads to the open database. SQLite
// itself asks that (SQLITE_FCNTL_HAS_MOVED) only where it has no write-ahead log.
func (s *Store) unmoved(ctx context.Context) error {
	s.anchoring.Lock()
	defer s.anchoring.Unlock()
	if s.anchor.files == nil {
		return nil
	}
	for _, suffix := range anchored {
		known, ok := s.anchor.files[suffix]
		if !ok {
			continue
		}
		fi, err := lstat(s.path + suffix)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return s.moved(suffix, "is not there any more")
		case err != nil:
			return s.moved(suffix, "cannot be reached any more: "+err.Error())
		case !os.SameFile(fi, known):
			return s.moved(suffix, "is another file now")
		case suffix == "":
			if err := s.unaltered(ctx, fi); err != nil {
				return err
			}
		}
	}
	return nil
}

// unaltered looks whether the content of the database file is still that of the
// open database, when it was written to since it was last looked at: by SQLite,
// which moves the log into it now and then, or by a copy over it.
func (s *Store) unaltered(ctx context.Context, fi fs.FileInfo) error {
	if fi.Size() == s.anchor.seen.Size() && fi.ModTime().Equal(s.anchor.seen.ModTime()) {
		return nil
	}
	if fi.Size() < s.anchor.seen.Size() {
		return s.moved("", "was cut short")
	}
	i, err := s.atRest(ctx, fi)
	if err != nil {
		return err
	}
	s.anchor.seen, s.anchor.number = fi, i.stamp.number
	return nil
}

// atRest is the identity of the database file fi. SQLite writes to the file page
// by page, and what is read meanwhile may be nothing, damaged or half: that the
// file holds something else is believed only of a file that has come to rest.
func (s *Store) atRest(ctx context.Context, fi fs.FileInfo) (identity, error) {
	const pause, most = 50 * time.Millisecond, 3 * time.Second
	for begun := time.Now(); ; time.Sleep(pause) {
		i, _, err := s.fileIdentity(ctx)
		switch {
		case ctx.Err() != nil:
			return identity{}, ctx.Err()
		case err == nil && i.uuid == s.uuid && i.stamp.number >= s.anchor.number:
			return i, nil
		}
		now, lerr := lstat(s.path)
		if rests := lerr == nil && now.Size() == fi.Size() && now.ModTime().Equal(fi.ModTime()) && time.Since(now.ModTime()) > restful; !rests && time.Since(begun) < most {
			if lerr == nil {
				fi = now
			}
			continue
		}
		if err != nil {
			return identity{}, s.moved("", "holds something else now: "+err.Error())
		}
		return identity{}, s.moved("", "holds another history now, or an older state of this one")
	}
}

// restful is how long nobody has written to a file that has come to rest. A
// checkpoint on a busy disk pauses between its writes.
const restful = time.Second

// moved is the refusal to write into what nobody would find.
func (s *Store) moved(suffix, what string) error {
	return &Error{Kind: Moved, Path: s.path, Err: errors.New(s.path + suffix + " " + what)}
}

// mayTidy reports whether SQLite may close its files: the last connection moves
// the log into the database and removes it by its name, which by now can be the
// name of another database's log.
func (s *Store) mayTidy(ctx context.Context) bool {
	s.anchoring.Lock()
	defer s.anchoring.Unlock()
	for suffix, known := range s.anchor.files {
		fi, err := lstat(s.path + suffix)
		switch {
		case err != nil:
			continue // there is nothing that could be taken for ours
		case !os.SameFile(fi, known):
			if suffix != "" {
				return false
			}
		case suffix == "":
			if s.unaltered(ctx, fi) != nil {
				return false
			}
		}
	}
	return true
}
