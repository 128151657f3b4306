package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"patdesk/secret"
)

// Ensure that a history which was in use is not taken for a first start once it
// is empty or gone, and that the printed command begins a new one on purpose.
func TestOpen_TellsAHistoryThatIsGone(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string){
		"emptied":          func(t *testing.T, path string) { truncate(t, path, 0) },
		"emptied by echo":  func(t *testing.T, path string) { write(t, path, []byte("\n")) },
		"deleted":          func(t *testing.T, path string) { remove(t, path) },
		"moved":            func(t *testing.T, path string) { rename(t, path, path+".away") },
		"emptied, old log": func(t *testing.T, path string) { truncate(t, path, 0); write(t, path+"-wal", []byte("rows")) },
		"log alone": func(t *testing.T, path string) {
			truncate(t, path, 0)
			remove(t, path+".keys")
			write(t, path+"-wal", []byte("rows"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := closedHistory(t, 2)
			spoil(t, o.Path)
			before := snapshot(t, o.Path)
			var e *Error
			for _, reading := range []bool{true, false} {
				o.Reading = reading
				if _, err := Open(t.Context(), o); !errors.As(err, &e) || e.Kind != Gone {
					t.Fatalf("got %v", err)
				}
			}
			if after := snapshot(t, o.Path); fmt.Sprint(before) != fmt.Sprint(after) {
				t.Error("something was changed")
			}
			shell(t, e.Fix)
			if name != "emptied, old log" { // which needs one step more, for the log
				issue(t, open(t, o), draft("ana", "orders"), epoch)
			}
		})
	}
}

// Ensure that an empty file is a first start where no token was ever sealed.
func TestOpen_AnEmptyFileIsAFirstStart(t *testing.T) {
	t.Parallel()
	o := options(t)
	if err := os.Mkdir(filepath.Dir(o.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, o.Path, nil)
	issue(t, open(t, o), draft("ana", "orders"), epoch)
}

// Ensure that no key replaces another in silence, and that several live side by
// side once that was accepted.
func TestBegin_NeverWithAnotherKeyInSilence(t *testing.T) {
	t.Parallel()
	other := must(secret.NewKey())
	for name, here := range map[string]secret.Key{"key lost": {}, "key of another": other} {
		t.Run(name, func(t *testing.T) {
			o := closedHistory(t, 2)
			o.Key = func(context.Context) (secret.Key, error) {
				if here.IsZero() {
					return here, fs.ErrNotExist
				}
				return here, nil
			}
			o.MakeKey = func(context.Context) (secret.Key, error) { return other, nil }
			s := open(t, o)
			var e *Error
			if _, err := s.Begin(t.Context(), draft("ana", "orders")); !errors.As(err, &e) || e.Kind != KeyLost {
				t.Fatalf("begun: %v", err)
			}
			if id, err := s.CheckKey(t.Context()); !errors.As(err, &e) || e.Kind != KeyLost || id != testKey.ID() {
				t.Errorf("checked: %s, %v", id, err)
			}
			if n, err := s.Count(t.Context(), Query{}); n != 2 || err != nil {
				t.Errorf("%d rows, %v", n, err)
			}
			if err := s.AcceptKey(t.Context(), other); err != nil {
				t.Fatal(err)
			}
			o.Key = func(context.Context) (secret.Key, error) { return other, nil }
			o.KeyByID = func(_ context.Context, id string) (secret.Key, error) {
				return map[string]secret.Key{testKey.ID(): testKey}[id], nil
			}
			s = open(t, o)
			row := issue(t, s, draft("ana", "orders"), epoch)
			for _, id := range []int64{1, 2, row.ID} {
				got, err := s.Reveal(t.Context(), id)
				if err != nil || got.Token.Reveal(secret.ForChecking) != token(id).Reveal(secret.ForChecking) {
					t.Errorf("row %d: %v", id, err)
				}
			}
			if _, err := s.CheckKey(t.Context()); err != nil {
				t.Errorf("checked: %v", err)
			}
		})
	}
}

// Ensure that a first key is made where nothing is sealed yet, and after the last
// sealed token was dropped.
func TestBegin_MakesTheFirstKey(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 2} {
		o := options(t)
		if rows > 0 {
			o = closedHistory(t, rows)
			alter(t, o.Path, `DELETE FROM sealed`)
		}
		o.Key = func(context.Context) (secret.Key, error) { return secret.Key{}, fs.ErrNotExist }
		made := 0
		o.MakeKey = func(context.Context) (secret.Key, error) { made++; return testKey, nil }
		issue(t, open(t, o), draft("ana", "orders"), epoch)
		if made != 1 {
			t.Errorf("made %d keys", made)
		}
	}
}
