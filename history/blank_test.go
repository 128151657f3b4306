package history_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patdesk/history"
	"patdesk/history/historytest"
)

// Ensure a history that tests begin with is what Open makes, to the last row, but for
// who it is and when that was, and that no two of them are taken for one.
func TestBlank_IsWhatOpenMakes(t *testing.T) {
	t.Parallel()
	paths := map[string]string{}
	for _, name := range []string{"opened", "blank", "other"} {
		paths[name] = filepath.Join(t.TempDir(), "data", "history.db")
		if name != "opened" {
			if err := historytest.Blank(paths[name]); err != nil {
				t.Fatal(err)
			}
			continue
		}
		s, err := history.Open(t.Context(), history.Options{Path: paths[name]})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	opened, blank, other := contents(t, paths["opened"]), contents(t, paths["blank"]), contents(t, paths["other"])
	if !slices.Equal(opened.rows, blank.rows) {
		t.Errorf("opened:\n%s\nblank:\n%s", strings.Join(opened.rows, "\n"), strings.Join(blank.rows, "\n"))
	}
	if len(blank.uuid) != len(opened.uuid) || blank.uuid == other.uuid {
		t.Errorf("identities: opened %q, blank %q, another blank %q", opened.uuid, blank.uuid, other.uuid)
	}
	for _, path := range []string{paths["blank"], filepath.Dir(paths["blank"])} {
		has, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		wants, err := os.Stat(strings.Replace(path, filepath.Dir(filepath.Dir(paths["blank"])), filepath.Dir(filepath.Dir(paths["opened"])), 1))
		if err != nil {
			t.Fatal(err)
		}
		if has.Mode() != wants.Mode() {
			t.Errorf("%s has mode %v, want %v", filepath.Base(path), has.Mode(), wants.Mode())
		}
	}
	if err := historytest.Blank(paths["other"]); err == nil {
		t.Error("a history that was there has been replaced")
	}
}

// content is what a history holds.
type content struct {
	rows []string // of the schema and of every table, and what its head says
	uuid string
}

func contents(t *testing.T, path string) (c content) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.ToSlash(path)+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // only read
	query := func(q string) (all []string) {
		rows, err := db.QueryContext(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		defer rows.Close()
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, places := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				places[i] = &values[i]
			}
			if err := rows.Scan(places...); err != nil {
				t.Fatal(err)
			}
			all = append(all, fmt.Sprint(values...))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, head := range []string{"application_id", "user_version", "page_size", "page_count", "encoding", "auto_vacuum", "quick_check"} {
		c.rows = append(c.rows, head+" "+query("PRAGMA " + head)[0])
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c.rows = append(c.rows, fmt.Sprint("written as ", file[18], ", read as ", file[19])) // 2: with a log
	c.rows = append(c.rows, query(`SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema ORDER BY rowid`)...)
	for _, table := range query(`SELECT name FROM sqlite_schema WHERE type = 'table'`) {
		if table == "meta" {
			c.rows = append(c.rows, query(`SELECT key, length(value) FROM meta`)...)
			continue
		}
		for _, row := range query(`SELECT * FROM "` + table + `"`) {
			c.rows = append(c.rows, table+" "+row)
		}
	}
	c.uuid = query(`SELECT value FROM meta WHERE key = 'uuid'`)[0]
	return c
}
