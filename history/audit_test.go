package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"patdesk/secret"
)

// sealedEvents is a closed history with events under several seals, and its newest
// head; some events come after it.
func sealedEvents(t *testing.T, tokens int) (Options, Head) {
	t.Helper()
	o := options(t)
	s := open(t, o)
	var h Head
	for i := range tokens {
		e := issue(t, s, draft(fmt.Sprint("user", i), "orders"), epoch)
		if err := s.SetNote(WithActor(t.Context(), Actor{"lee", "desk-2", "command", "admin"}), e.ID, fmt.Sprint("kiosk ", i)); err != nil {
			t.Fatal(err)
		}
		if i%3 != 1 {
			continue
		}
		var err error
		if h, err = s.Seal(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return o, h
}

// tampered is a copy of a history to which somebody did something that its
// triggers forbid.
func tampered(t *testing.T, o Options, statements ...string) Options {
	t.Helper()
	copied := o
	copied.Path = filepath.Join(t.TempDir(), "data", "history.db")
	if err := os.Mkdir(filepath.Dir(copied.Path), 0o700); err != nil {
		t.Fatal(err)
	}
	copyFile(t, o.Path, copied.Path)
	db := connect(copied.Path, writeRows, 1)
	defer func() { _ = db.Close() }()
	for _, q := range append([]string{`DROP TRIGGER events_kept`, `DROP TRIGGER events_same`, `DROP TRIGGER seals_kept`, `DROP TRIGGER seals_same`}, statements...) {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	return copied
}

func verified(t *testing.T, o Options, kept string) Audit {
	t.Helper()
	a, err := open(t, o).VerifyEvents(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Ensure that each kind of change of what was sealed is found, and where it is.
func TestVerifyEvents_FindsEachChange(t *testing.T) {
	t.Parallel()
	o, h := sealedEvents(t, 12) // 36 events, seals at 6, 15, 24, 33
	if a := verified(t, tampered(t, o), h.Note); a.Change != "" || a.Events != 36 || a.Sealed != 33 || a.Seals != 4 {
		t.Fatalf("untouched: %+v", a)
	}
	for name, c := range map[string]struct {
		do       []string
		from, to int64
		kept     bool // it is found by a head that was kept only
	}{
		"time":                    {do: []string{`UPDATE events SET at = at + 1 WHERE id = 8`}, from: 7, to: 15},
		"who":                     {do: []string{`UPDATE events SET actor_id = 3 - actor_id WHERE id = 1`}, from: 1, to: 6},
		"the name of a person":    {do: []string{`UPDATE issuers SET name = 'bo' WHERE name = 'lee'`}, from: 1, to: 6},
		"the machine":             {do: []string{`UPDATE issuers SET machine = 'x' WHERE name = 'lee'`}, from: 1, to: 6},
		"face":                    {do: []string{`UPDATE events SET via = 'console' WHERE id = 33`}, from: 25, to: 33},
		"role":                    {do: []string{`UPDATE events SET role = '' WHERE id = 6`}, from: 1, to: 6},
		"action":                  {do: []string{`UPDATE events SET action = 'copied' WHERE id = 20`}, from: 16, to: 24},
		"token":                   {do: []string{`UPDATE events SET entry_id = 1 WHERE id = 20`}, from: 16, to: 24},
		"a byte of a detail":      {do: []string{`UPDATE events SET detail = 'kiosk 9' WHERE id = 24`}, from: 16, to: 24},
		"moved to the next":       {do: []string{`UPDATE events SET via = via || substr(action, 1, 1), action = 'verified' WHERE id = 7`}, from: 7, to: 15},
		"two change places":       {do: []string{`UPDATE events SET id = CASE id WHEN 9 THEN 1000 ELSE id END`, `UPDATE events SET id = 9 WHERE id = 12`, `UPDATE events SET id = 12 WHERE id = 1000`}, from: 7, to: 15},
		"one is missing":          {do: []string{`DELETE FROM events WHERE id = 17`}, from: 16, to: 24},
		"the first is missing":    {do: []string{`DELETE FROM events WHERE id = 1`}, from: 1, to: 6},
		"one in another's place":  {do: []string{`DELETE FROM events WHERE id = 17`, `UPDATE events SET id = id - 1 WHERE id > 17`}, from: 16, to: 24},
		"one more, before others": {do: []string{`UPDATE events SET id = -id WHERE id > 3`, `UPDATE events SET id = 1 - id WHERE id < 0`, `INSERT INTO events SELECT 4, at, actor_id, via, action, entry_id, detail, role FROM events WHERE id = 3`}, from: 1, to: 6},
		"one more, out of row":    {do: []string{`INSERT INTO events SELECT 99, at, actor_id, via, action, entry_id, detail, role FROM events WHERE id = 3`}, from: 34},
		"the end is cut off":      {do: []string{`DELETE FROM events WHERE id > 30`}, from: 25, to: 33},
		"one after the last seal": {do: []string{`DELETE FROM events WHERE id = 35`}, from: 34},
		"a root":                  {do: []string{`UPDATE seals SET root = zeroblob(32) WHERE last = 15`}, from: 7, to: 15},
		"what was signed":         {do: []string{`UPDATE seals SET note = replace(note, '33', '32') WHERE last = 33`}},
		"an earlier note":         {do: []string{`UPDATE seals SET note = '' WHERE last = 15`}},
		"a signature":             {do: []string{`UPDATE seals SET note = substr(note, 1, length(note) - 9) || 'AAAAAAA=' || char(10) WHERE last = 33`}},
		"an event and all seals":  {do: []string{`UPDATE events SET detail = '' WHERE id = 3`, `DELETE FROM seals`}, kept: true},
		"seals and what they end": {do: []string{`DELETE FROM events WHERE id > 24`, `DELETE FROM seals WHERE last > 24`}, kept: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := tampered(t, o, c.do...)
			a := verified(t, changed, "")
			if c.kept {
				if a.Change != "" {
					t.Errorf("without the head: %+v", a)
				}
				a = verified(t, changed, h.Note)
			}
			if a.Change == "" || a.From != c.from || a.To != c.to {
				t.Errorf("got %q among %d to %d, want %d to %d", a.Change, a.From, a.To, c.from, c.to)
			}
		})
	}
}

// Ensure that any change of any field of a sealed event is found.
func TestVerifyEvents_FindsRandomChanges(t *testing.T) {
	t.Parallel()
	o, h := sealedEvents(t, 12)
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same changes each time
	for range 40 {
		id := 1 + r.IntN(33)
		change := []string{
			fmt.Sprintf(`UPDATE events SET at = at %+d WHERE id = %d`, 1-2*r.IntN(2), id),
			fmt.Sprintf(`UPDATE events SET detail = detail || char(%d) WHERE id = %d`, 32+r.IntN(90), id),
			fmt.Sprintf(`UPDATE events SET via = substr(via, 2) || 'x' WHERE id = %d`, id),
			fmt.Sprintf(`DELETE FROM events WHERE id = %d`, id),
		}[r.IntN(4)]
		if a := verified(t, tampered(t, o, change), h.Note); a.Change == "" {
			t.Errorf("%s: not found", change)
		}
	}
}

// Ensure that a head which was kept is believed only as it was printed, and only
// for this history and key.
func TestVerifyEvents_BelievesItsOwnHeadsOnly(t *testing.T) {
	t.Parallel()
	o, h := sealedEvents(t, 3)
	_, foreign := sealedEvents(t, 3)
	for name, c := range map[string]struct {
		kept string
		ok   bool
	}{
		"as printed":           {h.Note, true},
		"of another history":   {foreign.Note, false},
		"another number":       {strings.Replace(h.Note, "\n6\n", "\n7\n", 1), false},
		"without a signature":  {strings.SplitN(h.Note, "\n\n", 2)[0] + "\n", false},
		"text":                 {"hello\n", false},
		"a line end too many":  {h.Note + "\n", false},
		"signed by somebody":   {strings.Replace(h.Note, "patdesk-", "batdesk-", 1), false},
		"with a carriage feed": {strings.ReplaceAll(h.Note, "\n", "\r\n"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if a := verified(t, o, c.kept); (a.Change == "") != c.ok {
				t.Errorf("got %+v", a)
			}
		})
	}
}

// Ensure that sealing twice makes one seal, that an older head stays good, and that
// any program which reads notes can verify a head.
func TestSeal_GoesOnFromTheLast(t *testing.T) {
	t.Parallel()
	o := options(t)
	s := open(t, o)
	if h, err := s.Seal(t.Context()); err != nil || h.Last != 0 || h.Note != "" {
		t.Errorf("without events: %+v, %v", h, err)
	}
	issue(t, s, draft("ana", "orders"), epoch)
	first, err := s.Seal(t.Context())
	allNil(t, err)
	again, err := s.Seal(t.Context())
	allNil(t, err)
	same := first
	same.New = false
	if first.Last != 2 || !first.New || again != same {
		t.Errorf("sealed again: %+v, then %+v", first, again)
	}
	issue(t, s, draft("bo", "orders"), epoch)
	second, err := s.Seal(t.Context())
	allNil(t, err)
	if second.Last != 4 || second.Key != first.Key {
		t.Errorf("got %+v after %+v", second, first)
	}
	for _, h := range []Head{first, second} {
		if a := verified(t, o, h.Note); a.Change != "" {
			t.Errorf("the head of event %d: %s", h.Last, a.Change)
		}
		v, err := note.NewVerifier(h.Key)
		allNil(t, err)
		if _, err := note.Open([]byte(h.Note), note.VerifierList(v)); err != nil {
			t.Error(err)
		}
	}
}

// Ensure that a seal cannot be changed or dropped by way of the history.
func TestSeals_AreKept(t *testing.T) {
	t.Parallel()
	o, _ := sealedEvents(t, 3)
	s := open(t, o)
	issue(t, s, draft("dana", "orders"), epoch) // opens the writer
	for q, words := range map[string]string{`DELETE FROM seals`: "never forgets", `UPDATE seals SET root = x''`: "never changes"} {
		if _, err := s.write.Exec(q); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Ensure each single byte of each field of a thousand sealed events counts, and each event
// that is missing.
func TestSweep_VerifyFindsEachByte(t *testing.T) {
	step := 1
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
	default:
		step = 37
	}
	o, _ := sealedEvents(t, 334)
	changed := tampered(t, o)
	s, db := open(t, changed), connect(changed.Path, writeRows, 1)
	defer func() { _ = db.Close() }()
	if h, err := s.Seal(t.Context()); err != nil || h.Last < 1000 {
		t.Fatal(h.Last, err)
	}
	do := func(q string, args ...any) {
		t.Helper()
		if _, err := db.Exec(q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	do(`PRAGMA foreign_keys = OFF`) // who changes the file keeps to nothing
	n, tried := 0, 0
	try := func(id int64, change, back string, args ...any) {
		if n++; n%step != 0 {
			return
		}
		tried++
		do(change, args...)
		if a, err := s.VerifyEvents(t.Context(), ""); err != nil || a.Change == "" || id < a.From || id > a.To {
			t.Errorf("%s of %d: %+v, %v", change, id, a, err)
		}
		do(back, args...)
	}
	for id := int64(1); id <= 1000; id++ {
		var via, role, action, detail string
		if err := db.QueryRow(`SELECT via, role, action, detail FROM events WHERE id = ?`, id).Scan(&via, &role, &action, &detail); err != nil {
			t.Fatal(err)
		}
		for _, f := range [][2]string{{"via", via}, {"role", role}, {"detail", detail}} {
			column, text := f[0], f[1]
			for at := range len(text) {
				flip := fmt.Sprintf(`UPDATE events SET %[1]s = CAST(substr(%[1]s, 1, %[2]d) || char(%[3]d) || substr(%[1]s, %[4]d) AS TEXT) WHERE id = ?`, column, at, text[at]^1, at+2)
				back := fmt.Sprintf(`UPDATE events SET %[1]s = CAST(substr(%[1]s, 1, %[2]d) || char(%[3]d) || substr(%[1]s, %[4]d) AS TEXT) WHERE id = ?`, column, at, text[at], at+2)
				try(id, flip, back, id)
			}
		}
		for _, column := range []string{"at", "actor_id", "entry_id"} {
			for bit := range 8 {
				try(id, fmt.Sprintf(`UPDATE events SET %s = %[1]s + %d WHERE id = ?`, column, 1<<bit), fmt.Sprintf(`UPDATE events SET %s = %[1]s - %d WHERE id = ?`, column, 1<<bit), id)
			}
		}
		try(id, `UPDATE events SET action = 'copied' WHERE id = ?`, fmt.Sprintf(`UPDATE events SET action = '%s' WHERE id = ?`, action), id)
		try(id, `UPDATE events SET id = -id WHERE id = ?`, `UPDATE events SET id = -id WHERE id = -?`, id)
	}
	if a, err := s.VerifyEvents(t.Context(), ""); err != nil || a.Change != "" || tried < n/step {
		t.Errorf("in the end: %+v, %v; %d of %d tried", a, err, tried, n)
	}
	t.Logf("%d changes of 1,000 events", tried)
}

// BenchmarkVerifyEvents looks whether a million events were changed.
func BenchmarkVerifyEvents(b *testing.B) {
	const events = 1_000_000
	o := Options{Path: filepath.Join(b.TempDir(), "data", "history.db"), KeepTokens: true, Actor: Actor{"kim", "laptop-7", "console", "issue"}}
	key, err := secret.NewKey()
	if err != nil {
		b.Fatal(err)
	}
	o.Key = func(context.Context) (secret.Key, error) { return key, nil }
	s, err := Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	e, err := s.Begin(b.Context(), draft("ana", "orders"))
	if err != nil {
		b.Fatal(err)
	}
	db := connect(o.Path, writeRows, 1)
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO events (at, actor_id, via, action, entry_id, detail, role)
		WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < ?)
		SELECT v.at + n, actor_id, via, 'copied', entry_id, 'iframe ' || n, role FROM n, (SELECT * FROM events WHERE id = 1) v`, events); err != nil {
		b.Fatal(err)
	}
	h, err := s.Seal(b.Context())
	if err != nil || h.Last != events {
		b.Fatal(e.ID, h.Last, err)
	}
	for b.Loop() {
		if a, err := s.VerifyEvents(b.Context(), h.Note); err != nil || a.Change != "" || a.Sealed != events {
			b.Fatal(a, err)
		}
	}
}
