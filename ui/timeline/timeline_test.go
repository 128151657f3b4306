package timeline

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"patdesk/pat"
	"patdesk/ui/kit"
	"patdesk/ui/kit/kittest"
	"patdesk/ui/term/termtest"
	"patdesk/ui/widget"
)

func berlin(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// Ensure that marks stand where the clock on the wall shows them, on the days on which
// it is set as well: an hour is missing there, or comes twice.
func TestAxis_MarksFollowTheWall(t *testing.T) {
	zone := berlin(t)
	for _, tt := range []struct {
		name   string
		zoom   int
		at     time.Time
		labels string
		hours  float64
	}{
		{"a plain day", 0, time.Date(2026, 11, 19, 20, 10, 0, 0, zone), "  21    00    03    06    09    12    15    18  ", 24},
		{"an hour less", 0, time.Date(2027, 3, 27, 20, 10, 0, 0, zone), "  21    00  03    06    09    12    15    18    ", 24},
		{"an hour more", 0, time.Date(2026, 10, 24, 20, 10, 0, 0, zone), "  21    00      03    06    09    12    15    18", 24},
		{"a week", 1, time.Date(2026, 11, 19, 20, 10, 0, 0, zone), " Fri 20 Sat 21", 168},
		{"a week, an hour less", 1, time.Date(2027, 3, 26, 20, 10, 0, 0, zone), " Sat 27 Sun 28", 167},
		{"a week, an hour more", 1, time.Date(2026, 10, 23, 20, 10, 0, 0, zone), " Sat 24 Sun 25", 169},
		{"a month", 2, time.Date(2027, 3, 10, 20, 10, 0, 0, zone), "        15 Mar     22 Mar     29 Mar     5 Apr  ", 30*24 - 1},
	} {
		a := newAxis(zooms()[tt.zoom], tt.at, 48)
		if got := a.labels(); !strings.HasPrefix(got, tt.labels) {
			t.Errorf("%s: %q", tt.name, got)
		}
		if h := a.to().Sub(a.from()).Hours(); h != tt.hours {
			t.Errorf("%s: %v hours", tt.name, h)
		}
		for i := range a.edges[1:] {
			if !a.edges[i].Before(a.edges[i+1]) {
				t.Errorf("%s: step %d has no length", tt.name, i)
			}
		}
	}
}

// Ensure that there and back again is the same place, in every zoom.
func TestAxis_StepsAreUndone(t *testing.T) {
	zone := berlin(t)
	for _, z := range zooms() {
		for day := range 400 {
			at := z.floor(time.Date(2026, 10, 1+day, day%24, 30, 0, 0, zone))
			if back := z.step(z.step(at, z.jump), -z.jump); !back.Equal(at) {
				t.Fatalf("%s: from %s back to %s", z.name, at, back)
			}
		}
	}
}

// Ensure that a count never touches another one, and is never another number.
func TestAxis_Counts(t *testing.T) {
	at := time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)
	numbers := make([]int64, 24)
	numbers[0], numbers[1], numbers[2], numbers[5], numbers[23] = 5, 5, 12, 1234, 7
	for _, tt := range []struct {
		width     int
		per, want string
	}{
		{72, "expire per hour", "5  5  12       1234                                                  7"},
		{48, "expire per hour", "5 5 12    1234                                7"},
		{24, "expire per 2 hours", "+ + 1234              7"},
		{12, "expire per 4 hours", "+ 1234    7"},
	} {
		a := newAxis(zooms()[0], at, tt.width)
		if got := strings.TrimRight(a.counts(numbers), " "); got != tt.want || a.per() != tt.per {
			t.Errorf("%d cells: %q, %s", tt.width, got, a.per())
		}
	}
}

// Ensure that a bar ends where the token does, with a second end while the unit is not
// proven, and that it never leaves the axis.
func TestBarOf(t *testing.T) {
	now := time.Date(2026, 11, 19, 20, 0, 0, 0, time.UTC)
	a := newAxis(zooms()[0], now, 24)
	g := kit.TimeGlyphs{Line: "=", End: "X", Doubt: ".", DoubtEnd: "?", Before: "<", After: ">"}
	h := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	token := func(outcome pat.Outcome, issued, ends, worst int, proven bool) pat.Token {
		return pat.Token{Outcome: outcome, Begun: h(issued), Issued: h(issued), Expires: h(ends), WorstExpires: h(worst), UnitProven: proven}
	}
	for _, tt := range []struct {
		name  string
		token pat.Token
		sure  string
		doubt string
	}{
		{"proven", token(pat.Issued, -1, 3, 3, true), "===X", ""},
		{"issued later", token(pat.Issued, 2, 4, 4, true), "  ==X", ""},
		{"two ends", token(pat.Issued, -1, 3, 6, false), "===X", "..?"},
		{"the second beyond", token(pat.Issued, -1, 20, 60, false), strings.Repeat("=", 20) + "X", "..>"},
		{"both beyond", token(pat.Issued, -1, 30, 60, false), strings.Repeat("=", 23) + ">", ""},
		{"ENDED?", token(pat.Issued, -3, -2, 4, false), "", "....?"},
		{"both past", token(pat.Issued, -9, -8, -2, false), "", "<"},
		{"past", token(pat.Issued, -9, -8, -8, true), "<", ""},
		{"UNSURE", token(pat.Unknown, 1, 4, 4, false), " ", "...?"},
		{"not yet", token(pat.Issued, 30, 40, 40, true), strings.Repeat(" ", 23) + ">", ""},
		{"rejected", token(pat.Rejected, 0, 4, 4, true), "", ""},
	} {
		if b := barOf(tt.token, a, g); b.sure != tt.sure || b.doubt != tt.doubt {
			t.Errorf("%s: %q and %q", tt.name, b.sure, b.doubt)
		}
	}
}

// Ensure that hostile names are text, in the rows and in the sentences.
func TestPage_HostileNamesAreText(t *testing.T) {
	for _, h := range termtest.Corpus() {
		s := kittest.NewShell(t)
		p := New(s)
		hostile := pat.Token{
			ID: 7, Outcome: pat.Issued, UserEmail: h.Value, AppName: h.Value, Drift: h.Value, Note: h.Value,
			Life: time.Hour, Begun: s.Clock, Issued: s.Clock, Expires: s.Clock.Add(time.Hour), UnitProven: true,
		}
		p.loaded = true
		p.list.Replace(widget.Piece[row]{Rows: []row{{Token: hostile}}, AtStart: true, AtEnd: true}, 0)
		p.near = nearMsg{next: []pat.Token{hostile}, ended: hostile, unwatched: []pat.Token{hostile}, count: pat.Number{N: 1}}
		for _, w := range []int{40, 60, 100, 140} {
			p.SetSize(w, 24)
			kittest.Quiet(t, p, "timeline", h.Value)
		}
		for _, l := range p.unwatchedLines(s.Clock, s.Clock) {
			if found := termtest.ForeignControls([]byte(l), true); len(found) > 0 {
				t.Fatalf("%v reach the terminal from %q", found, h.Value)
			}
		}
	}
}

// Ensure rows that could not be read are asked for again by the next key at that end.
func TestPage_AsksAgainForWhatFailed(t *testing.T) {
	p := New(kittest.NewShell(t))
	p.ctx = t.Context()
	p.SetSize(100, 24)
	p.begin(time.Time{})
	p.list.Replace(widget.Piece[row]{Rows: []row{{Token: pat.Token{ID: 1}}, {Token: pat.Token{ID: 2}}}}, 0)
	for _, kind := range []pieceKind{pieceAfter, pieceBefore} {
		if p.more(); !p.inFlight[kind] {
			t.Fatalf("piece %d is not asked for", kind)
		}
		p.list.By(map[pieceKind]int{pieceAfter: 50, pieceBefore: -50}[kind])
		p.arrived(pieceMsg{seq: p.seq, kind: kind, err: errors.New("the disk is gone")})
		at := p.list.Cursor()
		p.list.By(map[pieceKind]int{pieceAfter: -1, pieceBefore: 1}[kind])
		if p.list.Cursor() == at || p.problem == nil {
			t.Errorf("piece %d: the cursor waits for what failed: %v", kind, p.problem)
		}
		if p.inFlight[kind] {
			t.Errorf("piece %d is still waited for", kind)
		}
		if p.more(); !p.inFlight[kind] {
			t.Errorf("piece %d is not asked for again", kind)
		}
	}
}

// Ensure the number of tokens that end unwatched says how far it was counted, where the
// names of some have room and where they have none.
func TestPage_UnwatchedManyAreNotCounted(t *testing.T) {
	s := kittest.NewShell(t)
	p := New(s)
	names := []pat.Token{{UserEmail: "ana@example.com"}, {UserEmail: "bo@example.com"}}
	for _, tt := range []struct {
		count pat.Number
		want  []string
	}{
		{pat.Number{N: 1}, []string{" 1 token ends while"}},
		{pat.Number{N: 10_000}, []string{" 10,000 tokens end while", "ana, bo, 9,998 more."}},
		{pat.Number{N: 10_000, Over: true}, []string{" Over 10,000 tokens end while", "ana, bo, over 9,998 more."}},
	} {
		p.near = nearMsg{unwatched: names[:min(int64(len(names)), tt.count.N)], count: tt.count}
		for _, w := range []int{140, 60} {
			p.SetSize(w, 24)
			line := ansi.Strip(p.unwatchedLines(s.Clock, s.Clock.Add(time.Hour))[0])
			for _, want := range tt.want[:1+(len(tt.want)-1)*(w/140)] {
				if !strings.Contains(line, want) {
					t.Errorf("%d columns: no %q in %q", w, want, line)
				}
			}
		}
	}
}
