package term

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

// readInput reads all that a terminal sends, which arrives in pieces of n bytes,
// into a buffer of size bytes.
func readInput(t *testing.T, sent string, n, size int) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in := newInput(r)
	in.escWait, in.tornWait = 0, 0
	var got bytes.Buffer
	buf := make([]byte, size)
	read := func() error {
		k, err := in.Read(buf)
		got.Write(buf[:k])
		return err
	}
	for ; len(sent) > 0; sent = sent[min(n, len(sent)):] {
		if _, err := io.WriteString(w, sent[:min(n, len(sent))]); err != nil {
			t.Fatal(err)
		}
		if err := read(); err != nil {
			t.Fatal(err)
		}
	}
	_ = w.Close()
	for err == nil {
		err = read()
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return got.String()
}

// Ensure that keys pass as they are, and that a paste is text between its marks.
func TestInput_PastesAreText(t *testing.T) {
	t.Parallel()
	const begin, end = "\x1b[200~", "\x1b[201~"
	for name, tt := range map[string]struct{ sent, want string }{
		"keys":                {"a\x1b[A\x1b\x03\x1bOQ\xc3", "a\x1b[A\x1b\x03\x1bOQ\xc3"},
		"plain":               {"x" + begin + "Zoë 漢\t1\r\n2" + end + "y", "x" + begin + "Zoë 漢\t1\r\n2" + end + "y"},
		"OSC without end":     {begin + "\x1b]0;owned" + end + "q", begin + "␛]0;owned" + end + "q"},
		"DCS as C1":           {begin + "\u0090q\x90q" + end, begin + "\uFFFDq\uFFFDq" + end},
		"half an end":         {begin + "\x1b[201\x1b[20" + end, begin + "␛[201␛[20" + end},
		"a beginning in it":   {begin + begin + end, begin + "␛[200~" + end},
		"half a character":    {begin + "\xe6\xbc" + end, begin + "\uFFFD\uFFFD" + end},
		"one after the other": {begin + "\x07" + end + "\x07" + begin + "\x07" + end, begin + "␇" + end + "\x07" + begin + "␇" + end},
		"almost a paste":      {"\x1b[20\x1b[200\x07~", "\x1b[20\x1b[200\x07~"},
	} {
		for n := 1; n <= len(tt.sent); n++ {
			for _, size := range []int{1, 40, 4096} {
				if diff := cmp.Diff(tt.want, readInput(t, tt.sent, n, size)); diff != "" {
					t.Fatalf("%s in pieces of %d into %d: %s", name, n, size, diff)
				}
			}
		}
	}
}

// Ensure that no hostile text is more than text when it is pasted.
func TestInput_HostileCorpus(t *testing.T) {
	t.Parallel()
	for _, h := range termtest.Corpus() {
		value := h.Value[:min(len(h.Value), 10_000)]
		got := readInput(t, string(pasteBegins)+value+string(pasteEnds)+"\x1b[A", 1000, 4096)
		text, found := cutAround(got, string(pasteBegins), string(pasteEnds)+"\x1b[A")
		if !found || !utf8.ValidString(text) {
			t.Errorf("%s: %.60q", h.Name, got)
		}
		for _, r := range text {
			if unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' {
				t.Errorf("%s: %U is pasted", h.Name, r)
				break
			}
		}
	}
}

// Ensure that a sequence that arrives in pieces is read in one, and that what is
// whole waits for nothing.
func TestInput_TornSequences(t *testing.T) {
	t.Parallel()
	const long = time.Hour // a read that waits for more than the test sends never ends
	for _, tt := range []struct {
		pieces    []string
		esc, torn time.Duration
		want      string
	}{
		{[]string{"\x1b", "[A"}, long, 0, "\x1b[A"},
		{[]string{"\x1b", "[", "1;5", "A"}, long, long, "\x1b[1;5A"},
		{[]string{"x\x1b[<0;1", "2;7M"}, 0, long, "x\x1b[<0;12;7M"},
		{[]string{"\x1b", "O", "P"}, long, long, "\x1bOP"},
		{[]string{"\x1b[", "[A"}, long, long, "\x1b[[A"},
		{[]string{"\x1b]11;rgb:00/00", "/00\x1b", "\\"}, long, long, "\x1b]11;rgb:00/00/00\x1b\\"},
		{[]string{"\x1b]11;rgb:00/00/0", "0\x07"}, long, long, "\x1b]11;rgb:00/00/00\x07"},
		{[]string{"\x1b[20", "0~a\x1b"}, long, long, "\x1b[200~a"},
		{[]string{"\x1b"}, time.Millisecond, long, "\x1b"},
		{[]string{"\x1b["}, long, time.Millisecond, "\x1b["},
		{[]string{"q"}, long, long, "q"},
		{[]string{"\x1bq"}, long, long, "\x1bq"},
		{[]string{"\x1b[A"}, long, long, "\x1b[A"},
		{[]string{"\x1b[13;2u"}, long, long, "\x1b[13;2u"},
		{[]string{"\x1b]52;c;\x07n"}, long, long, "\x1b]52;c;\x07n"},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		in := newInput(r)
		in.escWait, in.tornWait = tt.esc, tt.torn
		go func() {
			for i, piece := range tt.pieces {
				if i > 0 {
					time.Sleep(20 * time.Millisecond)
				}
				_, _ = io.WriteString(w, piece)
			}
		}()
		buf := make([]byte, 100)
		n, err := in.Read(buf)
		if diff := cmp.Diff(tt.want, string(buf[:n])); diff != "" || err != nil {
			t.Errorf("%q: %v %s", tt.pieces, err, diff)
		}
		_, _ = w.Close(), r.Close()
	}
}

// Ensure that a string without end is neither held for ever nor without limit.
func TestInput_EndlessString(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	in := newInput(r)
	in.tornWait = time.Hour
	go func() {
		_, _ = io.WriteString(w, "\x1b]")
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, "xxxxxxxx")
		}
	}()
	for range 3 {
		if n, err := in.Read(make([]byte, 300)); n < 1 || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	}
}

func cutAround(s, before, after string) (string, bool) {
	b := []byte(s)
	b, is := bytes.CutPrefix(b, []byte(before))
	b, ends := bytes.CutSuffix(b, []byte(after))
	return string(b), is && ends
}

// Ensure of a sequence with parameters without end only so many are passed on as the
// library has room for, however it is torn, and that nothing else is touched.
func TestInput_EndlessParameters(t *testing.T) {
	t.Parallel()
	many := func(n int) string { return strings.Repeat("1;", n-1) + "1" }
	for sent, want := range map[string]string{
		"\x1b[" + many(32) + "R":               "\x1b[" + many(32) + "R",
		"\x1b[" + many(33) + "R":               "\x1b[" + many(32) + "R",
		"a\x1b[" + many(5000) + "Rb":           "a\x1b[" + many(32) + "Rb",
		"\x1b[?" + many(40) + "$y":             "\x1b[?" + many(32) + "$y",
		"\x1b\x1b[" + many(40) + "u":           "\x1b\x1b[" + many(32) + "u",
		"\x1bP" + many(40) + "r\x1b\\":         "\x1bP" + many(32) + "r\x1b\\",
		"\x9b" + many(40) + "R":                "\x9b" + many(32) + "R",
		"\x1b[" + many(40) + "\x1b[A":          "\x1b[" + many(32) + "\x1b[A",
		"\x1b[38:2:" + many(40) + "m":          "\x1b[38:2:" + many(30) + "m",
		many(200):                              many(200),
		"\x1b]52;c;" + many(200) + "\x07":      "\x1b]52;c;" + many(200) + "\x07",
		"\x1b[200~" + many(200) + "\x1b[201~;": "\x1b[200~" + many(200) + "\x1b[201~;",
	} {
		for _, n := range []int{1, 7, 60_000} {
			if got := readInput(t, sent, n, 100_000); got != want {
				t.Errorf("%.20q in pieces of %d: %q, want %q", sent, n, got, want)
			}
		}
	}
}

// Ensure a string or a paste without end is passed on as long as one may be, and what comes
// after its end whole.
func TestInput_TooLong(t *testing.T) {
	t.Parallel()
	const more = 10_000
	for _, begin := range []string{"\x1b]52;c;", "\x1bP1+r", "\x1b_G", "\x1b^", "\x1bX", "a\x9d", "a\x90"} {
		for _, end := range []string{"\x07", "\x1b\\", "\x9c", "\x18"} {
			sent := begin + strings.Repeat("A", stringMost+more) + end + "qÝ\x1b[A"
			got := readInput(t, sent, 50_000, 300_000)
			if !strings.HasPrefix(got, begin+"AAAA") || !strings.HasSuffix(got, "A"+end+"qÝ\x1b[A") || len(got) > len(sent)-more+10 {
				t.Errorf("%q … %q: %d of %d bytes, at the end %q", begin, end, len(got), len(sent), got[max(0, len(got)-20):])
			}
		}
	}
	letters := strings.Repeat("Ý", stringMost)
	if got := readInput(t, letters, 50_000, 300_000); got != letters {
		t.Errorf("%d bytes of %d letters", len(got), stringMost)
	}
	paste := "\x1b[200~" + strings.Repeat("ä", pasteMost/2+more) + "\x1b[201~q"
	if got := readInput(t, paste, 60_000, 1_000_000); len(got) != len(paste)-2*more || !strings.HasSuffix(got, "ä\x1b[201~q") {
		t.Errorf("%d of %d bytes are pasted, at the end %q", len(got), len(paste), got[max(0, len(got)-20):])
	}
}

// Ensure whatever comes, the library that reads keys goes on reading.
func TestInput_LibraryReadsOn(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // the same answers each time
	parts := []string{
		"\x1b", "\x1b[", "\x1bP", "\x1b]", "\x1b_", "\x1bO", "\x9b", "\x90", "\x9d", "\x9c", "\x07", "\x1b\\", ";", ":", "1", "0", "-", "<", "?", ">", "$", " ", "_", "R", "u", "~", "M", "m", "y", "t",
		"52;c;", "0;0;97;1;0;1_", "200~", "201~", "\x1b[<0;1;1M", strings.Repeat("1;", 40), strings.Repeat(":", 40), strings.Repeat("9", 40), "ä", "\xff", "\x00", "\u202e", "4d54",
	}
	var sent strings.Builder
	for range 20_000 {
		sent.WriteString(parts[r.IntN(len(parts))])
		if r.IntN(20) == 0 {
			sent.WriteString("\x1b[201~\x1b\\") // so that no paste and no string takes all
		}
	}
	sent.WriteString("\x1b[201~\x1b\\\x18 qq")
	events := make(chan uv.Event)
	done := make(chan error, 1)
	go func() {
		done <- uv.NewTerminalReader(NewInput(strings.NewReader(sent.String())), "xterm-256color").StreamEvents(t.Context(), events)
		close(events)
	}()
	last := ""
	for e := range events {
		if k, ok := e.(uv.KeyPressEvent); ok {
			last = k.String()
		}
	}
	if err := <-done; err != nil && !errors.Is(err, io.EOF) || last != "q" {
		t.Errorf("%v; the last key was %q", err, last)
	}
}
