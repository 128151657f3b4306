package history

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// applicationID marks a SQLite file as ours: "patd".
const applicationID = 0x70617464

//go:embed migrations/*.sql
var migrations embed.FS

// step is one change of the schema. Step n takes a database of version n-1 to
// version n. A released step is never changed. A step without sql is an embedded one.
type step struct{ name, sql string }

// embedded are the steps of this program. Their texts are not read yet: nearly
// every history that is opened is of the newest version.
func embedded() []step {
	files, _ := migrations.ReadDir(migrationsFolder) // it is there; sorted
	steps := make([]step, len(files))
	for i, f := range files {
		steps[i].name = f.Name()
	}
	return steps
}

const migrationsFolder = "migrations"

// text is the SQL of a step.
func (st step) text() string {
	if st.sql != "" {
		return st.sql
	}
	b, _ := migrations.ReadFile(migrationsFolder + "/" + st.name) // it is there: embedded has its name from there
	return string(b)
}

// peek tells the version of the file, 0 when it is empty, without changing a byte of
// it or of its folder, since it may belong to another program or to a newer version.
func (s *Store) peek(ctx context.Context) (version int, err error) {
	// The first process may be filling a new file at this moment: then it has a
	// rollback journal, or had one until a moment ago.
	for try := 0; try < 4; try++ {
		if size(s.path) == 0 {
			return 0, nil
		}
		var half bool
		if half, err = s.hasJournal(ctx); half || err != nil {
			return 0, err // only a writer can undo a half transaction
		}
		if version, err = s.lookAtBoth(ctx); err == nil || ctx.Err() != nil {
			return version, err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return version, err
}

// lookAtBoth looks at the file and, if there is one, at its log, which has the
// newest state and is no use to another file.
func (s *Store) lookAtBoth(ctx context.Context) (int, error) {
	if size(s.path+"-wal") == 0 {
		return s.look(ctx, peekFile)
	}
	if err := s.identifyFile(ctx); err != nil {
		return 0, err
	}
	if err := s.checkWAL(ctx); err != nil {
		return 0, err
	}
	return s.look(ctx, peekLog)
}

func size(path string) int64 {
	fi, err := os.Lstat(path)
	if err != nil {
		return 0
	}
	return fi.Size()
}

func (s *Store) look(ctx context.Context, a access) (version int, err error) {
	db := connect(s.path, a, 1)
	defer func() { err = errors.Join(err, db.Close()) }()
	version, err = s.identify(ctx, db)
	if err == nil && version > 0 && version < len(s.opts.steps) {
		// Damage is to be noticed before the file is brought to a newer version.
		_, err = s.remains(ctx, db, a == peekLog || size(s.path+"-wal") == 0)
	}
	return version, err
}

// remains is what processes left in a history when they died.
type remains struct {
	dead    []int64 // their runs
	orphans bool    // whether rows are pending that no run will finish
}

// remains looks for what dead processes left, and then perhaps for damage.
func (s *Store) remains(ctx context.Context, db *sql.DB, mayCheck bool) (r remains, err error) {
	all, err := registered(ctx, db)
	if err != nil {
		return r, err
	}
	var alive []int64
	for _, run := range all {
		if run.process.alive() {
			alive = append(alive, run.id)
		} else {
			r.dead = append(r.dead, run.id)
		}
	}
	err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM entries WHERE outcome = 'pending'
		AND run_id NOT IN `+list(alive)+`)`).Scan(&r.orphans)
	if err != nil {
		return r, err
	}
	if len(r.dead) > 0 && !s.opts.Reading && mayCheck {
		err = quickCheck(ctx, db)
	}
	return r, err
}

// identify tells the version of a file, or why it cannot be used. Of a history it
// reads the head only, which takes no look at the schema.
func (s *Store) identify(ctx context.Context, db querier) (int, error) {
	var app, version, tables int
	if err := db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&app); err != nil {
		return 0, err
	}
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, err
	}
	if app == applicationID {
		return version, s.tooNew(version)
	}
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return 0, err
	}
	if app != 0 || version != 0 || tables != 0 {
		return 0, &Error{
			Kind: Foreign, Path: s.path, Fix: "set PATDESK_DATA to another folder",
			Err: fmt.Errorf("its application id is %#x", uint32(app)),
		}
	}
	return version, nil
}

// tooNew refuses a history of a version that this program does not know.
func (s *Store) tooNew(version int) error {
	if version <= len(s.opts.steps) {
		return nil
	}
	return &Error{
		Kind: Newer, Path: s.path, Fix: "update patdesk",
		Err: fmt.Errorf("it has version %d and this program knows %d", version, len(s.opts.steps)),
	}
}

// checkTime is how long a start may look for damage. A million rows take less
// than a second from memory; from a slow disk the rest stays unread, and is
// checked where it matters most whenever a sealed token is opened.
const checkTime = 3 * time.Second

// quickCheck looks for damage in the whole file. It runs only after a process
// has died.
func quickCheck(ctx context.Context, db *sql.DB) error {
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var verdict string
	err := db.QueryRowContext(limited, `PRAGMA quick_check(1)`).Scan(&verdict)
	switch {
	case limited.Err() != nil:
		return ctx.Err()
	case err != nil:
		return err
	case verdict != "ok":
		return &damage{verdict}
	}
	return nil
}

// damage is what a check of the file found.
type damage struct{ verdict string }

func (d *damage) Error() string { return d.verdict }

// migrate brings an empty or older file to the newest version in one
// transaction. Of several processes one does it and the others find it done.
func (s *Store) migrate(ctx context.Context) error {
	db := s.write
	if !s.memory {
		db = connect(s.path, writeRows, 1)
		defer func() { _ = db.Close() }() // all it did is committed or failed by then
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	version, err := s.identify(ctx, tx)
	if err != nil {
		return err
	}
	if version < len(s.opts.steps) {
		told, err := s.tellUpgrade(ctx, tx, version)
		if err != nil {
			return err
		}
		defer told()
		if version > 0 && !s.memory {
			// Nobody else can write now, so the copy is what the steps start from.
			if err := s.backup(ctx, version); err != nil {
				return err
			}
		}
		for i, st := range s.opts.steps[version:] {
			if _, err := tx.ExecContext(ctx, st.text()); err != nil {
				return fmt.Errorf("migration %s: %w", st.name, err)
			}
			if version+i == 0 {
				if _, err := tx.ExecContext(ctx, `INSERT INTO meta VALUES ('uuid', ?)`, NewUUID()); err != nil {
					return err
				}
			}
		}
		if err := mark(ctx, tx); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`,
			applicationID, len(s.opts.steps)))
		if err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	} else if err := tx.Rollback(); err != nil {
		return err
	}
	if s.memory {
		return nil
	}
	return useLog(ctx, db)
}

// tellUpgrade tells of an upgrade that takes long. What it returns ends that.
func (s *Store) tellUpgrade(ctx context.Context, db querier, version int) (stop func(), err error) {
	if version == 0 || s.opts.Upgrading == nil {
		return func() {}, nil
	}
	// Rows are numbered from 1 and never deleted.
	rows, err := one(ctx, db, `SELECT coalesce(max(id), 0) FROM entries`)
	if err != nil {
		return nil, err
	}
	patience := s.opts.patience
	if patience == 0 {
		patience = time.Second
	}
	said := make(chan struct{})
	timer := time.AfterFunc(patience, func() {
		defer close(said)
		s.opts.Upgrading(rows)
	})
	return func() {
		if !timer.Stop() {
			<-said // it must not speak when Open has returned
		}
	}, nil
}

// keptBackups is how many copies of older versions stay beside the history.
const keptBackups = 3

// backup copies the history beside itself, private from its first byte, under a
// name that sorts by time. The oldest copies beyond three are removed.
func (s *Store) backup(ctx context.Context, version int) error {
	name := fmt.Sprintf("%s.v%d-%s.bak", s.path, version, time.Now().UTC().Format("20060102T150405.000Z"))
	if err := s.copyTo(ctx, name); err != nil {
		return fmt.Errorf("back up before the upgrade: %w", err)
	}
	old, err := filepath.Glob(globQuote(s.path) + ".v*.bak")
	if err != nil {
		return err
	}
	slices.SortFunc(old, func(a, b string) int { return strings.Compare(backupTime(a), backupTime(b)) })
	for len(old) > keptBackups {
		if err := os.Remove(old[0]); err != nil {
			return err
		}
		old = old[1:]
	}
	return nil
}

// backupTime is the time in the name of a backup.
func backupTime(name string) string { return name[strings.LastIndexByte(name, '-')+1:] }

func globQuote(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// Backup writes a copy of the history to a new private file. The copy is
// complete even while others write. It keeps tokens sealed.
func (s *Store) Backup(ctx context.Context, path string) error {
	return s.fail(ctx, "back up history", s.copyTo(ctx, path))
}

func (s *Store) copyTo(ctx context.Context, path string) (err error) {
	// VACUUM INTO accepts an empty file and keeps its permissions.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(path))
		}
	}()
	db := s.read
	if !s.memory {
		db = connect(s.path, writeRows, 1) // the pool for reading is not allowed to write anywhere
		defer func() { _ = db.Close() }()  // all it did is committed or failed by then
	}
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, path); err != nil {
		return err
	}
	return flush(path)
}

// flush makes a finished copy and its name durable. SQLite has closed the file.
func flush(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|noFollow, 0) // Windows flushes only what may be written
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil || runtime.GOOS == "windows" {
		return err // there a directory cannot be flushed
	}
	d, err := os.Open(folderOf(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
