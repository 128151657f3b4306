package ui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/google/go-cmp/cmp"

	"patdesk/ui/kit"
)

var update = flag.Bool("update", false, "write the goldens anew")

// golden compares a screen with what was accepted before.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSuffix(string(want), "\n"), got); diff != "" {
		t.Errorf("%s (-accepted +now), -update accepts it:\n%s", name, diff)
	}
}

// random are the parts of a screen that differ from run to run.
var random = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`…[0-9a-f]{4}\b`), "…beef"},
	{regexp.MustCompile(`\([0-9a-f]{4}([,)])`), "(beef$1"},
	{regexp.MustCompile(`gerprint [0-9a-f]+`), "gerprint 0123456789abcdef"},
	{regexp.MustCompile(`[0-9a-f]+(   sealed)`), "0123456789abcdef$1"}, // cut by a dialog
	{regexp.MustCompile(`(127\.0\.0\.1:49213/)[\w-]{33}(\s*)[\w-]{10}`), "${1}" + strings.Repeat("k3v", 11) + "${2}k3v9k3v9k3"},
	{regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`), "00000000-0000-4000-8000-000000000000"},
}

// steady is the screen without what differs from run to run.
func (d *driver) steady() string {
	s := d.screen()
	for _, r := range random {
		s = r.what.ReplaceAllString(s, r.with)
	}
	return s
}

// goldenSizes are the sizes of the wireframes, and a wide screen.
var goldenSizes = [][2]int{{100, 30}, {60, 20}, {140, 45}}

// Ensure that each screen looks as accepted, at three sizes, one after the other.
func TestGolden_Screens(t *testing.T) {
	t.Parallel()
	for _, sc := range scenes {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			st := sc.stage()
			st.w, st.h, st.look = goldenSizes[0][0], goldenSizes[0][1], kit.Look{Dark: true, Profile: colorprofile.TrueColor}
			story(t, st, func(d *driver) {
				sc.play(d)
				for _, size := range goldenSizes {
					d.resize(size[0], size[1])
					name := fmt.Sprintf("%s-%dx%d", sc.name, size[0], size[1])
					d.within(name)
					golden(t, name, d.steady())
				}
			})
		})
	}
}
