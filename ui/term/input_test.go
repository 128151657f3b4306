package term

import (
	"bytes"
	"errors"
	"io"
	"os"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

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
