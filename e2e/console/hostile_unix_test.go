//go:build unix

package console

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"patdesk/ui/term/termtest"
)

// course is one way through the console for texts of one origin. The corpus goes
// through it in parts, each on a terminal of its own.
type course struct {
	name  string
	parts int
	walk  func(*testing.T, []specimen) *walk
}

// The first ones see the most screens.
var courses = []course{
	{"issued tokens", 4, walkIssued},
	{"lists of a server", 1, walkLists},
	{"refusals", 2, walkAnswers},
	{"failed requests", 2, walkFailed},
	{"sizes", 1, walkSizes},
	{"issuing", 3, walkIssue},
	{"doctor", 1, walkDoctor},
	{"certificates", 1, walkCertificates},
	{"verdicts", 1, walkVerify},
	{"first run", 2, walkFirstRun},
	{"typing", 3, walkTyped},
	{"typing in the first run", 1, walkSetup},
	{"configuration", 1, walkConfig},
	{"folders", 1, walkFiles},
}

// Ensure that no text of a server, of the history, of the configuration, of a
// person or of the file system gets a control function to a real terminal that
// harmless text does not cause, and that each is drawn as the text it is: on the courses
// that see the most screens, and by make sweep on all of them.
func TestConsole_HostileTextIsText(t *testing.T) {
	t.Parallel()
	some := courses[:7]
	if testing.Short() {
		some = courses[:3]
	}
	walkCourses(t, some, specimens(t,
		"c0-07", "c0-09", "c0-0d", "del", "c1-raw-9b", "c1-utf8-9d", "invisible-fe0f", "broken-05", "csi-c1-09", "cr-overwrite", "bidi-override",
		"osc0-bel", "osc52-open", "dcs-tmux-st", "devanagari", "wide", "1mb-jamo",
	))
}

// Ensure the same for each second text of the corpus, or with PATDESK_LONG=full for all.
func TestConsole_HostileTextIsText_Sweep(t *testing.T) {
	texts := specimens(t)
	switch os.Getenv("PATDESK_LONG") {
	case "":
		t.Skip("set PATDESK_LONG=1")
	case "full":
	default:
		half := texts[:0]
		for i := 0; i < len(texts); i += 2 {
			half = append(half, texts[i])
		}
		texts = half
	}
	t.Parallel()
	walkCourses(t, courses, texts)
}

func walkCourses(t *testing.T, some []course, texts []specimen) {
	t.Helper()
	walks := make([][]*walk, len(some))
	t.Run("walks", func(t *testing.T) {
		for i, c := range some {
			parts := append([][]specimen{harmless()}, split(texts, c.parts)...)
			walks[i] = make([]*walk, len(parts))
			for n, part := range parts {
				t.Run(fmt.Sprintf("%s/%d", c.name, n), func(t *testing.T) {
					t.Parallel()
					w := c.walk(t, part)
					w.complete()
					walks[i][n] = w
				})
			}
		}
	})
	surfaces, cells := 0, 0
	for i, c := range some {
		control := walks[i][0]
		if control == nil {
			continue // its walk has failed
		}
		t.Run(c.name, func(t *testing.T) {
			surfaces += len(control.asked)
			for _, w := range walks[i][1:] {
				if w != nil {
					cells += len(w.drawn)
					w.judge(t, control)
				}
			}
		})
	}
	t.Logf("%d texts on %d surfaces: %d cells", len(texts), surfaces, cells)
	if least := surfaces * len(texts) / 2; surfaces < 8*len(some) || cells < least {
		t.Errorf("%d texts were drawn %d times on %d surfaces, want at least %d", len(texts), cells, surfaces, least)
	}
}

// split divides texts among so many parts, like among like.
func split(texts []specimen, parts int) [][]specimen {
	all := make([][]specimen, min(parts, 1+len(texts)/20))
	for i, s := range texts {
		all[i%len(all)] = append(all[i%len(all)], s)
	}
	return all
}

// judge compares what a walk wrote with what one with harmless texts did.
func (w *walk) judge(t *testing.T, control *walk) {
	t.Helper()
	// The cursor is hidden while a frame is drawn, until the terminal has said that
	// it takes marked frames: whether that happens is a matter of time.
	allowed := map[string]int{"\x1b[?25l": 0, "\x1b[?25h": 0, "\x1b[?2026h": 0, "\x1b[?2026l": 0}
	for _, out := range control.written {
		kinds, _ := sequences(out)
		maps.Copy(allowed, kinds)
	}
	for _, k := range []string{"style 5", "style 6", "style 8", "OSC 8", "OSC 9", "OSC 52", "OSC 777", `"\a"`} {
		if _, is := allowed[k]; is {
			t.Fatalf("a harmless run causes %s", k)
		}
	}
	for _, out := range w.written {
		kinds, text := sequences(out)
		for _, k := range slices.Sorted(maps.Keys(kinds)) {
			if _, is := allowed[k]; !is {
				at := kinds[k]
				t.Errorf("%q is written for %s only: %q", k, w.blame(out[:at]), out[max(0, at-40):min(len(out), at+40)])
			}
		}
		if found := termtest.ForeignControls(text, false); len(found) > 0 {
			t.Errorf("between the sequences: %v", found[:min(3, len(found))])
			w.blameText(t, text)
		}
	}
	for title := range w.titles {
		if !control.titles[title] {
			t.Errorf("the title is %q", title)
		}
	}
}

// blame names the text whose label is the last in what was written.
func (w *walk) blame(out []byte) string {
	all := labels.FindAll(out[max(0, len(out)-2000):], -1)
	if len(all) == 0 {
		return "no text"
	}
	n := 0
	_, _ = fmt.Sscanf(string(all[len(all)-1][1:]), "%d.", &n)
	return w.texts[n].name
}

// blameText names the texts with which controls stand in what was written.
func (w *walk) blameText(t *testing.T, text []byte) {
	t.Helper()
	named := map[string]bool{}
	for len(text) > 0 && len(named) < 10 {
		end := len(text)
		if next := labels.FindIndex(text[1:]); next != nil {
			end = 1 + next[0]
		}
		if found := termtest.ForeignControls(text[:end], false); len(found) > 0 {
			if name := w.blame(text[:min(end, len("a000."))]); !named[name] {
				named[name] = true
				t.Errorf("%s: %v", name, found[:min(3, len(found))])
			}
		}
		text = text[end:]
	}
}

// numbers are what differs between two functions of one kind.
var numbers = regexp.MustCompile(`[0-9;]+`)

// drawing moves the cursor, erases, scrolls, and lets a line that a terminal may
// take for wider not wrap; which of these a renderer takes depends on where it is.
// That a text did it shows on the screen, where each text is compared with what it
// should look like.
var drawing = regexp.MustCompile(`^(?:\x1b\[[0-9;]*[A-MPSTXZ@abder` + "`" + `]|\x1b\[\?7[hl]|\x1bM|[\r\n\t\x08])$`)

// colours are parameters of SGR that set a colour.
var colours = regexp.MustCompile(`[345]8(?:;2(?:;\d*){3}|:2(?::\d*){3,4}|[;:]5[;:]\d+)`)

// sequences are the kinds of control functions in what a program wrote, with
// where each stands first: their names and prefixes, and for modes and operating
// system commands their numbers. What is left is the text.
func sequences(out []byte) (kinds map[string]int, text []byte) {
	kinds = map[string]int{}
	var state byte
	p := ansi.NewParser()
	at := 0
	is := func(kind string) {
		if _, known := kinds[kind]; !known {
			kinds[kind] = at
		}
	}
	for at < len(out) {
		seq, _, n, next := ansi.DecodeSequence(out[at:], state, p)
		state = next
		switch s := string(seq); {
		case n == 0:
			return kinds, append(text, out[at:]...)
		case drawing.MatchString(s):
			is("\x1b[H")
		case strings.HasPrefix(s, "\x1b[") && (strings.HasSuffix(s, "h") || strings.HasSuffix(s, "l")):
			is(s)
		case strings.HasPrefix(s, "\x1b[") && strings.HasSuffix(s, "m"):
			is("\x1b[m")
			for v := range strings.SplitSeq(colours.ReplaceAllString(s[2:len(s)-1], ""), ";") {
				if v == "5" || v == "6" || v == "8" {
					is("style " + v)
				}
			}
		case strings.HasPrefix(s, "\x1b["):
			is(numbers.ReplaceAllString(s, ""))
		case strings.HasPrefix(s, "\x1b]"):
			number, _, _ := strings.Cut(s[2:], ";")
			is("OSC " + strings.TrimRight(number, "\a\x1b\\"))
		case s[0] == 0x1b:
			is(s[:min(2, len(s))])
		case len(s) == 1 && s[0] < 0x20:
			is(fmt.Sprintf("%q", s))
		default:
			text = append(text, seq...)
		}
		at += n
	}
	return kinds, text
}
