package cli_test

import (
	"strings"
	"testing"
)

// Ensure the flags of a frame reach the snippet, and that they are refused, before
// anything is revealed, where they mean nothing or cannot be read.
func TestShow_Frame(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, "issue", "ana@example.com", "orders")
	for _, tt := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"-o", "iframe"}, `width="100%" height="600" style="border:0"`, 0},
		{[]string{"-o", "iframe", "--height", "80vh", "--allow", "fullscreen"}, `style="border:0;height:80vh" allow="fullscreen"`, 0},
		{[]string{"-o", "iframe", "--ratio", "16:9", "--lazy"}, `style="border:0;aspect-ratio:16/9" loading="lazy"`, 0},
		{[]string{"-o", "html", "--height", "80vh"}, `frame.style.cssText = "border:0;width:100%;height:80vh";`, 0},
		{[]string{"-o", "iframe", "--height", `80vh" onload="x`}, "write 600, 80vh", 2},
		{[]string{"-o", "url", "--lazy"}, "not for url", 2},
		{[]string{"--height", "80vh"}, "need a format with a frame", 2},
	} {
		out, errs, code := run(t, env, append([]string{"show", "1"}, tt.args...)...)
		all := strings.Join(strings.Fields(string(out)+string(errs)), " ")
		if code != tt.code || !strings.Contains(all, tt.want) {
			t.Errorf("%q: exit %d, said %s", tt.args, code, all)
		}
		if code != 0 && strings.Contains(all, "pat_") {
			t.Errorf("%q: the refusal holds the token", tt.args)
		}
	}
}
