package pat_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/pat"
)

// Ensure words that a shell took apart mean what the same line means in the
// console, with the space that is inside one of them.
func TestParseFilterWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		line string
	}{
		{nil, ""},
		{[]string{"user:ana", "left:<1h", "!demo"}, "user:ana left:<1h !demo"},
		{[]string{"user:ana maria"}, `user:"ana maria"`},
		{[]string{"!app:stock desk", "state:soon"}, `!app:"stock desk" state:soon`},
		{[]string{"two words"}, `"two words"`},
		{[]string{"!two words"}, `!"two words"`},
		{[]string{"http://x y"}, `"http://x y"`},
		{[]string{`user:"ana maria"`, ""}, `user:"ana maria"`},
		{[]string{"user:"}, ""}, // being typed
		{[]string{"User:ana", "STATE:Soon", "Left:<1h", "!App:x"}, "user:ana state:soon left:<1h !app:x"},
		{[]string{"User:ana maria"}, `user:"ana maria"`},
		{[]string{"Note:x"}, "Note:x"}, // no field: a word as it stands
	} {
		got, err := pat.ParseFilterWords(c.args)
		want, werr := pat.ParseFilter(c.line)
		if err != nil || werr != nil || !cmp.Equal(got, want) {
			t.Errorf("%q: %v %v\n%s", c.args, err, werr, cmp.Diff(want, got))
		}
	}
	for _, bad := range [][]string{{"state:sleepy"}, {"left:<1M"}, {"left:soon", "user:ana"}} {
		if _, err := pat.ParseFilterWords(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
