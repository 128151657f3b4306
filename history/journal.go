package history

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"os"
)

// A history has a rollback journal for two moments of its life only: while it
// is filled for the first time, and when it is switched to a write-ahead log. A
// journal that lies beside it at any other time is not its own, and SQLite
// would roll it back all the same.

// journalHead is the part of a journal's head that counts,
// https://www.sqlite.org/fileformat2.html section 3.
const journalHead = 28

var journalMagic = [8]byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}

// emptySize is more than a history without rows takes.
const emptySize = 512 << 10

// hasJournal reports whether a transaction of the first start was cut short, so
// that only a writer can tell what the file holds. It refuses a journal that
// cannot be the file's own.
func (s *Store) hasJournal(ctx context.Context) (bool, error) {
	f, err := os.OpenFile(s.path+"-journal", os.O_RDONLY|noFollow, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }() // only read
	head := make([]byte, journalHead)
	if _, err := io.ReadFull(f, head); err != nil || [8]byte(head) != journalMagic {
		return false, nil // SQLite does not use it either
	}
	pages, sector, page := binary.BigEndian.Uint32(head[16:]), binary.BigEndian.Uint32(head[20:]), binary.BigEndian.Uint32(head[24:])
	own := false
	switch {
	case pages == 0: // there was nothing before
		own, err = s.holdsNothing(ctx)
	case int64(pages)*int64(page) == size(s.path):
		own = onlyHead(f, int64(sector), int64(page))
	}
	if err != nil {
		return false, err
	}
	if !own && size(s.path+"-journal") > 0 {
		return false, s.foreignLog("-journal", nil)
	}
	return true, nil
}

// holdsNothing reports whether the file can be one that is being filled for the
// first time: half written, or without a row.
func (s *Store) holdsNothing(ctx context.Context) (bool, error) {
	db := connect(s.path, peekFile, 1)
	defer func() { _ = db.Close() }() // only read
	_, err := s.identify(ctx, db)
	var own *Error
	if errors.As(err, &own) {
		return false, own
	}
	if err == nil {
		var rows bool
		if err = db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM entries)`).Scan(&rows); err == nil {
			return !rows, nil
		}
	}
	return size(s.path) <= emptySize, nil
}

// onlyHead reports whether a journal holds nothing but the first page of a
// history, which is all that the switch to a write-ahead log changes.
func onlyHead(f io.ReaderAt, sector, page int64) bool {
	for at := sector; ; at += page + 8 {
		record := make([]byte, 4+page)
		if n, err := f.ReadAt(record, at); err != nil && n < 4 {
			return at > sector
		} else if err != nil {
			return false
		}
		if binary.BigEndian.Uint32(record) != 1 || binary.BigEndian.Uint32(record[4+68:]) != applicationID {
			return false
		}
	}
}
