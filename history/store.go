package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Store is an open history. Its methods may be called from many goroutines.
type Store struct {
	*Records
	path   string
	memory bool
	frozen bool           // the file is read as it is: nobody can change it
	self   func() process // made at the first use

	queue sync.Mutex    // guards jobs
	jobs  []*job        // writes that wait for a batch
	came  chan struct{} // holds one when a job came
	lead  chan struct{} // holds one while somebody writes for all

	writing sync.Mutex // guards what follows, and is held for each batch
	write   *sql.DB    // one connection, opened by the first write
	runID   int64      // row of this process in runs, 0 before the first write
	ids     knownIDs
	closed  bool
	company company

	anchoring sync.Mutex
	anchor    anchor

	watching sync.Mutex
	watch    *sql.DB      // one connection, kept for the change counter
	writes   atomic.Int64 // commits of this Store
}

// readers is the number of connections that read at the same time: one for the
// list, one for its counts, and one for whatever else is under way.
const readers = 3

// Open opens the history, making it when there is none. Rows that a process
// left pending when it died become unknown. Errors about the file as a whole
// are of type *Error.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := checkVersion(); err != nil {
		return nil, fmt.Errorf("open history: %w", err)
	}
	if o.steps == nil {
		o.steps = embedded()
	}
	s := newStore(o)
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(s.fail(ctx, "open history", err), s.closePools(ctx))
	}
	return s, nil
}

func newStore(o Options) *Store {
	s := &Store{path: o.Path, self: sync.OnceValue(newProcess), came: make(chan struct{}, 1), lead: make(chan struct{}, 1)}
	s.Records = &Records{engine: &engine{s}, opts: o, name: o.Path}
	return s
}

func (s *Store) open(ctx context.Context) error {
	if s.path == Memory {
		return s.openMemory(ctx)
	}
	if s.path == "" {
		return errors.New("the path is empty")
	}
	path, err := filepath.Abs(s.path)
	if err != nil {
		return err
	}
	s.path, s.opts.Path, s.name = path, path, path
	if err := s.checkGone(); err != nil {
		return err
	}
	if err := s.opts.prepareFile(); err != nil {
		_, missing := os.Lstat(path)
		dangling := errors.Is(err, fs.ErrExist) // a link to a disk that is not there, perhaps: not an empty history
		if s.opts.Reading && s.unwritable(ctx, err) && errors.Is(missing, fs.ErrNotExist) && !dangling {
			return s.openMemory(ctx)
		}
		return err
	}
	err = s.openFile(ctx)
	if s.opts.Reading && s.unwritable(ctx, err) && size(path+"-wal") == 0 {
		return s.openFrozen(ctx, err)
	}
	return err
}

func (s *Store) openFile(ctx context.Context) error {
	version, err := s.peek(ctx)
	if err != nil {
		return err
	}
	if version < len(s.opts.steps) {
		if err := s.migrate(ctx); err != nil {
			return err
		}
	}
	s.read = connect(s.path, readRows, readers)
	if err := s.readUUID(ctx); err != nil {
		return err
	}
	if err := s.hold(ctx); err != nil {
		return err
	}
	if place, _, err := leftFor(ctx, s.read); place != "" || err != nil {
		return err // nothing is written to it any more
	}
	left, err := s.remains(ctx, s.read, true)
	switch {
	case err != nil:
		return err
	case !left.orphans && (len(left.dead) == 0 || s.opts.Reading):
		return nil
	case s.opts.Reading:
		// A row that stays pending counts as unknown too, so nobody waits for it.
		ctx, cancel := context.WithTimeout(ctx, tidyTime)
		defer cancel()
		_ = s.sweep(ctx, left.dead)
		return nil
	default:
		return s.sweep(ctx, left.dead)
	}
}

// tidyTime is how long a process that only reads waits for a chance to write.
const tidyTime = 300 * time.Millisecond

// openFrozen reads the file as it is, when SQLite cannot make the log and the
// memory beside it that even a reader needs: then nobody else has it open.
func (s *Store) openFrozen(ctx context.Context, why error) error {
	if s.read != nil {
		if err := s.read.Close(); err != nil {
			return err
		}
	}
	if half, err := s.hasJournal(ctx); half || err != nil {
		return errors.Join(err, why)
	}
	s.read, s.frozen = connect(s.path, peekFile, readers), true
	version, err := s.identify(ctx, s.read)
	if err != nil {
		return err
	}
	if version < len(s.opts.steps) {
		return why
	}
	return s.readUUID(ctx)
}

func (s *Store) readUUID(ctx context.Context) error {
	return s.read.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'uuid'`).Scan(&s.uuid)
}

// openMemory makes an empty history with one connection, since each connection
// to memory is a database of its own.
func (s *Store) openMemory(ctx context.Context) error {
	s.memory, s.path, s.name = true, Memory, Memory
	s.read = connect(Memory, writeRows, 1)
	s.write = s.read
	if err := s.migrate(ctx); err != nil {
		return err
	}
	return s.readUUID(ctx)
}

// closeTimeout bounds how long Close waits for another writer.
const closeTimeout = 6 * time.Second

// Close ends the use of the history. A row that is still pending becomes
// unknown: nobody is left who could finish it.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	s.writing.Lock()
	run, closed := s.runID, s.closed
	s.writing.Unlock()
	if closed {
		return nil
	}
	var err error
	if run != 0 && !s.memory {
		err = s.tx(ctx, func(ctx context.Context, w Work) error {
			if err := abandon(ctx, w, run); err != nil {
				return err
			}
			_, err := w.ExecContext(ctx, `DELETE FROM runs WHERE id = ?`, run)
			return err
		})
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	s.closed = true
	return s.fail(ctx, "close history", errors.Join(err, s.closePools(ctx)))
}

// closePools closes what is open. The writer is last: the last connection to
// the file tidies up the log. Where that would harm another database, the end of
// the process closes.
func (s *Store) closePools(ctx context.Context) error {
	if !s.mayTidy(ctx) {
		return nil
	}
	s.watching.Lock()
	defer s.watching.Unlock()
	var errs []error
	if s.watch != nil {
		errs = append(errs, s.watch.Close())
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil && !s.memory {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(errs...)
}

var errClosed = errors.New("the history is closed")

// useLog switches the file to a write-ahead log, so that readers and a writer
// do not wait for each other. It stays so for good; only a file that is new
// needs it.
func useLog(ctx context.Context, db *sql.DB) error {
	var mode string
	for wait := time.Millisecond; ; wait *= 2 {
		err := db.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode)
		if err == nil && mode != "wal" {
			err = db.QueryRowContext(ctx, `PRAGMA journal_mode = wal`).Scan(&mode)
		}
		// SQLite does not wait by itself for this one lock.
		if err == nil || !isBusy(err) || wait > time.Second {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// Changed is a number that is different after any process has changed the
// history. It costs no disk access.
func (s *Store) Changed(ctx context.Context) (int64, error) {
	var version int64
	if !s.memory && !s.frozen {
		s.watching.Lock()
		defer s.watching.Unlock()
		if s.watch == nil {
			s.watch = connect(s.path, watchRows, 1)
		}
		if err := s.watch.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version); err != nil {
			return 0, s.fail(ctx, "look for changes", err)
		}
	}
	return version + s.writes.Load(), nil
}
