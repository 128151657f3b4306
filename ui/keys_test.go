package ui

import (
	"strconv"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// Ensure a key that the configuration names, whatever it holds, is drawn as text.
func TestKeys_NamesOfTheConfigurationAreText(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x\ufe0f", "\u3164", "a\u0301\u0301", "\x1b[31m"} {
		remap := func(_ *driver, o *Options) {
			o.Config.Keys = map[string][]string{"filter": {name}, "issue": {"n", name + "y"}}
		}
		story(t, stage{seed: everyState, options: remap}, func(d *driver) {
			check := func() {
				t.Helper()
				d.screen()
				if found := termtest.ForeignControls([]byte(d.s.View().Content), true); len(found) > 0 {
					t.Errorf("%q: %v", name, found[:min(3, len(found))])
				}
			}
			check()
			d.press("?")
			check()
		})
	}
}

// Ensure the screens of the first row have the numbers of their places, in the
// header and under the fingers.
func TestKeys_TabsAreNumberedAsTheyStand(t *testing.T) {
	t.Parallel()
	story(t, stage{seed: everyState}, func(d *driver) {
		var header []string
		for i, tab := range d.s.keys.Tabs {
			number := strconv.Itoa(i + 1)
			header = append(header, number+" "+tab.Name)
			d.press(number)
			if d.s.tabInView() != i || !d.s.atTab() {
				t.Errorf("%s leads to place %d", number, d.s.tabInView()+1)
			}
		}
		d.sees(strings.Join(header, "   "))
		d.press(strconv.Itoa(len(header) + 1))
		if at := d.s.tabInView(); at != len(header)-1 {
			t.Errorf("the number after the last leads to place %d", at+1)
		}
	})
}
