package ui

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"patdesk/config"
	"patdesk/ui/kit"
)

// remapped gives each action that can have another key one of its own, and says
// which key stands for which.
func remapped() (remap map[string][]string, instead map[string]string) {
	keys, _ := kit.NewKeys(nil)
	named := keys.Named()
	remap, instead = map[string][]string{}, map[string]string{}
	for i, name := range slices.Sorted(maps.Keys(named)) {
		other := "alt+" + string("abcdefghijklmnopqrstuvwxyz0123456789+*#%&$@!="[i])
		remap[name] = []string{other}
		for _, k := range named[name].Keys() {
			instead[k] = other
		}
	}
	return remap, instead
}

// keyInWords finds a key that stands by itself as keys do in sentences, hints and
// help. The article and the signs of states are none.
var keyInWords = regexp.MustCompile(`(?:^|[\s(,;:])([b-zA-Z/:]|[0-9] [A-Z]|\? keys|\? shows|a (?:un)?marks?|space)(?:[\s,;.)]|$)`)

// Ensure no sentence, header, hint or help names the old key of an action that
// has another one.
func TestKeys_SentencesFollowTheKeys(t *testing.T) {
	t.Parallel()
	remap, instead := remapped()
	if len(remap) < 25 {
		t.Fatalf("only %d actions can have another key", len(remap))
	}
	moments := slices.Clone(scenes)
	for _, p := range places {
		moments = append(moments, scene{p.name, func() stage { return stage{seed: everyState} }, func(d *driver) { d.press(p.keys...) }})
	}
	full := func() stage { return stage{seed: everyState} }
	moments = append(moments,
		scene{"marked", full, func(d *driver) { d.press("space") }},
		scene{"no text", full, func(d *driver) { d.press("G", "i") }},
		scene{"mouse", full, func(d *driver) { d.press("M") }},
		scene{"not the first screen", full, func(d *driver) { d.press("enter", "q") }},
		scene{"nothing matches", full, func(d *driver) { d.press("/"); d.typeText("nobody"); d.rest(); d.press("enter", "y") }},
		scene{"no token", func() stage { return stage{} }, func(d *driver) { d.press("y") }},
		scene{"no profile", func() stage { return stage{options: func(_ *driver, o *Options) { o.Config = config.Default("") }} }, func(d *driver) { d.press("P", "enter") }},
		scene{"revealed in full", copying, then(fresh, "v")},
	)
	for _, sc := range moments {
		t.Run(sc.name, func(t *testing.T) {
			t.Parallel()
			st := sc.stage()
			options := st.options
			st.options = func(d *driver, o *Options) {
				if options != nil {
					options(d, o)
				}
				o.Config.Keys, d.instead = remap, instead
			}
			story(t, st, func(d *driver) {
				sc.play(d)
				for _, size := range [][2]int{{140, 45}, {60, 20}} {
					d.resize(size[0], size[1])
					for _, found := range oldKeys(d, instead) {
						t.Errorf("%s-%dx%d: %s", sc.name, size[0], size[1], found)
					}
				}
				if len(d.s.dialogs) == 0 && !d.s.top().Typing() {
					for _, size := range [][2]int{{140, 45}, {60, 20}} {
						d.resize(size[0], size[1])
						d.press("?")
						for _, found := range oldKeys(d, instead) {
							t.Errorf("help over %s: %s", sc.name, found)
						}
						d.press("esc")
					}
				}
			})
		})
	}
}

// oldKeys are the keys on the screen that mean nothing any more, each with its line.
func oldKeys(d *driver, instead map[string]string) (found []string) {
	lines := strings.Split(d.screen(), "\n")
	if _, asks := d.s.top().(*confirm); asks { // yes and no keep their letters
		lines = lines[:len(lines)-1]
	}
	for _, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), "│ -") || strings.Contains(l, "␛") { // a snippet, wrapped within a word; a hostile name
			continue
		}
		for _, m := range keyInWords.FindAllStringSubmatch(l, -1) {
			if _, old := instead[strings.Fields(m[1])[0]]; old {
				found = append(found, fmt.Sprintf("%q in %q", m[1], strings.TrimSpace(l)))
			}
		}
	}
	return found
}
