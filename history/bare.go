package history

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// While SQLite moves a log into the file, and for as long as a reader keeps it
// from moving all of it, the file by itself is no sound database: its head counts
// pages that are not there yet, its schema names pages that hold older things.
// Together with its log it is sound. SQLite then calls the file alone malformed,
// and what tells whose it is has to be read from its pages.

// Fields of a file's head, https://www.sqlite.org/fileformat2.html section 1.3.
const (
	bareHead  = 100
	bareMagic = "SQLite format 3\x00"
	// barePages are the first pages, where the table meta is: it was made first.
	barePages = 64
)

// opened are the descriptors of files that were read so. They are never closed:
// that would drop the locks that SQLite has on the same file in this process.
// There is one for each file that ever looked malformed.
var opened struct {
	sync.Mutex
	files []*os.File
}

func openBare(path string) (*os.File, error) {
	opened.Lock()
	defer opened.Unlock()
	fi, err := lstat(path)
	if err != nil {
		return nil, err
	}
	for _, f := range opened.files {
		if known, err := f.Stat(); err == nil && os.SameFile(fi, known) {
			return f, nil
		}
	}
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow, 0)
	if err == nil {
		opened.files = append(opened.files, f)
	}
	return f, err
}

// bare is what the first pages of a file say by themselves.
type bare struct {
	app, version int
	identity     identity
	page         uint32 // of the table meta, 0 where it was not found
}

// readBare reads them. It returns io.EOF for what is no database.
func readBare(path string) (b bare, err error) {
	f, err := openBare(path)
	if err != nil {
		return b, err
	}
	head := make([]byte, bareHead)
	if _, err := f.ReadAt(head, 0); err != nil {
		return b, err
	}
	size := int64(binary.BigEndian.Uint16(head[16:]))
	if size == 1 {
		size = maxPage
	}
	if string(head[:16]) != bareMagic || size < 512 {
		return b, io.EOF
	}
	b.version = int(binary.BigEndian.Uint32(head[60:]))
	b.app = int(binary.BigEndian.Uint32(head[68:]))
	page := make([]byte, size)
	for n := int64(2); n <= barePages; n++ {
		if _, err := f.ReadAt(page, (n-1)*size); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return b, err
		}
		if i := identityOnPage(page); i.uuid != "" {
			b.identity, b.page = i, uint32(n)
			break
		}
	}
	return b, nil
}

// fileIdentity is the identity that the database file has by itself, without its
// log, and the page on which it stands.
func (s *Store) fileIdentity(ctx context.Context) (identity, uint32, error) {
	db := connect(s.path, peekFile, 1)
	i, page, err := identityOf(ctx, db)
	if err = errors.Join(err, db.Close()); !isCorrupt(err) {
		return i, page, err
	}
	b, berr := readBare(s.path)
	if berr != nil || b.app != applicationID || b.page == 0 {
		return i, page, err
	}
	return b.identity, b.page, nil
}

// identifyFile is identify for a file that has a log beside it.
func (s *Store) identifyFile(ctx context.Context) error {
	db := connect(s.path, peekFile, 1)
	_, err := s.identify(ctx, db)
	if err = errors.Join(err, db.Close()); !isCorrupt(err) {
		return err
	}
	b, berr := readBare(s.path)
	if berr != nil || b.app != applicationID || b.page == 0 {
		return err
	}
	return s.tooNew(b.version)
}

func isCorrupt(err error) bool {
	var lite sqlite3.Error
	return errors.As(err, &lite) && lite.Code == sqlite3.ErrCorrupt
}
