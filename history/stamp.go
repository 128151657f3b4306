package history

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
)

// stamp names one state of the database. Every commit writes a new one, so that
// a file and a log that lie side by side can be told to belong together or not:
// SQLite itself applies any log whose name fits.
type stamp struct {
	number     int64  // of the commit, counted from 1
	id, before string // 16 random hex digits each: of this commit and of the one before
}

// noStamp is what comes before the first stamp of a database.
const noStamp = "0000000000000000"

// What meta holds right behind the keys of a stamp and of the database's identity: 0 is
// any digit, f any hexadecimal one. A stamp has one length for ever, so that its page
// keeps its shape.
const (
	stampForm = "0000000000000000 ffffffffffffffff ffffffffffffffff"
	uuidForm  = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// after is the first text of a form behind a key, or "".
func after(text []byte, key, form string) string {
	for {
		i := bytes.Index(text, []byte(key))
		if i < 0 || len(text) < i+len(key)+len(form) {
			return ""
		}
		if found := text[i+len(key):][:len(form)]; hasForm(found, form) {
			return string(found)
		}
		text = text[i+1:]
	}
}

func hasForm(text []byte, form string) bool {
	for i, c := range text {
		digit, letter := '0' <= c && c <= '9', 'a' <= c && c <= 'f'
		switch form[i] {
		case '0':
			if !digit {
				return false
			}
		case 'f':
			if !digit && !letter {
				return false
			}
		default:
			if c != form[i] {
				return false
			}
		}
	}
	return true
}

// mark writes the stamp of the commit that the transaction is about to make.
func mark(ctx context.Context, tx *sql.Tx) error {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails, see crypto/rand
	_, err := tx.ExecContext(ctx, `INSERT INTO meta VALUES ('stamp', printf('%016d %s %s', 1, ?1, '`+noStamp+`'))
		ON CONFLICT (key) DO UPDATE SET
			value = printf('%016d %s %s', CAST(substr(value, 1, 16) AS INTEGER) + 1, ?1, substr(value, 18, 16))`,
		hex.EncodeToString(b))
	return err
}

// identity is what meta says of the database it is in.
type identity struct {
	uuid  string
	stamp stamp
}

func parseIdentity(text []byte) (i identity) {
	i.uuid = after(text, "uuid", uuidForm)
	if s := after(text, "stamp", stampForm); s != "" {
		number, _ := parseNumber(s[:16]) // digits only
		i.stamp = stamp{number, s[17:33], s[34:]}
	}
	return i
}

// identityOf reads it through SQLite, and with it the page on which it is.
func identityOf(ctx context.Context, db querier) (i identity, page uint32, err error) {
	err = db.QueryRowContext(ctx, `SELECT rootpage FROM sqlite_schema WHERE name = 'meta' AND type = 'table'`).Scan(&page)
	if errors.Is(err, sql.ErrNoRows) {
		return i, 0, nil
	}
	if err != nil {
		return i, 0, err
	}
	i, err = identityIn(ctx, db)
	return i, page, err
}

// identityIn reads it of a database that is known to be a history.
func identityIn(ctx context.Context, db querier) (identity, error) {
	var text string
	err := db.QueryRowContext(ctx, `SELECT coalesce(group_concat(key || value, char(10)), '') FROM meta WHERE key IN ('uuid', 'stamp')`).Scan(&text)
	return parseIdentity([]byte(text)), err
}

// identityOnPage finds it on a page of a b-tree: a leaf of the table meta, which
// is one page for ever. Only the cells are looked at, not what was freed.
// https://www.sqlite.org/fileformat2.html section 1.6.
func identityOnPage(page []byte) identity {
	const leafOfIndex, head = 10, 8
	if len(page) < head || page[0] != leafOfIndex {
		return identity{}
	}
	var text []byte
	for i := range int(binary.BigEndian.Uint16(page[3:])) {
		at := head + 2*i
		if at+2 > len(page) {
			break
		}
		cell := int(binary.BigEndian.Uint16(page[at:]))
		if cell+1 >= len(page) || page[cell] > 0x7f {
			continue // longer than anything looked for
		}
		text = append(append(text, page[cell+1:min(len(page), cell+1+int(page[cell]))]...), '\n')
	}
	return parseIdentity(text)
}

func (s stamp) String() string { return strconv.FormatInt(s.number, 10) + "/" + s.id }
