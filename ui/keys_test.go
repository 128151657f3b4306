package ui

import (
	"testing"

	"patdesk/ui/term/termtest"
)

// Ensure a key that the configuration names, whatever it holds, is drawn as text.
func TestKeys_NamesOfTheConfigurationAreText(t *testing.T) {
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
