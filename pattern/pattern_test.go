package pattern

import "testing"

func TestPattern(t *testing.T) {
	p := New(`([a-z]+)-(\d+)`)
	if !p.MatchString("app-7") || p.MatchString("app") {
		t.Error("it matches something else")
	}
	if got := p.FindStringSubmatch("an app-7"); len(got) != 3 || got[1] != "app" || got[2] != "7" {
		t.Errorf("got %q", got)
	}
	if got := p.ReplaceAllString("a-1 b-2", "$2$1"); got != "1a 2b" {
		t.Errorf("got %q", got)
	}
}

// Ensure a mistake in an expression is found by the tests of whatever package has it,
// also where none of them uses it.
func TestNew_MistakeInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("nothing said")
		}
	}()
	New(`(`)
}
