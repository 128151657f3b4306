//go:build unix

package secret

import (
	"errors"
	"strings"
	"testing"
)

// Ensure what a key command says is told, on one line and without secrets.
func TestSource_CommandSaysWhy(t *testing.T) {
	for line, want := range map[string]string{
		`echo "vault is locked: run unlock first" >&2; exit 1`:                        "vault is locked: run unlock first",
		`printf 'op: not\nsigned in\n' >&2; exit 2`:                                   "op: not signed in",
		`echo no key named tooljet >&2; exit 1`:                                       "no key named tooljet",
		`no-such-helper read x`:                                                       "not found",
		`echo s3cret-admin-key-77; echo "cannot use s3cret-admin-key-77" >&2; exit 1`: "cannot use [hidden]",
		`echo "denied: token=abc123def" >&2; exit 1`:                                  "denied: token=[hidden]",
		`echo "Authorization: Basic abc123def4" >&2; exit 1`:                          "[hidden]",
		`echo "pat_0123456789abcdef0123 is old" >&2; exit 1`:                          "[hidden] is old",
		`echo "eyJhbGciOiJIUzI1NiIsInR5cCI6" >&2; exit 1`:                             "[hidden]",
		`exit 3`: "",
	} {
		_, err := Source{Kind: KindCommand, Command: line}.Resolve(t.Context())
		e, ok := errors.AsType[*SourceError](err)
		if !ok || !strings.Contains(e.Detail, want) || want == "" && e.Detail != "" {
			t.Errorf("%s: %+v, want %q", line, err, want)
			continue
		}
		for _, s := range []string{"s3cret", "abc123def", "0123456789abcdef", "eyJhb"} {
			if strings.Contains(e.Detail, s) {
				t.Errorf("%s: a secret came along: %s", line, e.Detail)
			}
		}
	}
	_, err := Source{Kind: KindCommand, Command: "no-such-helper"}.Resolve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "was not found") {
		t.Errorf("a missing program: %v", err)
	}
}
