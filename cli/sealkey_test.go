package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Ensure that a lost sealing key stops issuing, that the printed command goes on
// with another, and that both open their tokens once the first one is back.
func TestSealKey_LostAcceptedAndBack(t *testing.T) {
	t.Parallel()
	env := home(t)
	must(t, env, issueArgs...)
	first := filepath.Join(env["XDG_CONFIG_HOME"], "patdesk", "seal.key")
	if err := os.Rename(first, first+".back-up"); err != nil {
		t.Fatal(err)
	}
	again := append(slices.Clone(issueArgs), "--again")
	for range 2 {
		_, errs, code := run(t, env, again...)
		if text := string(errs); code != 3 || !strings.Contains(text, "K3") || !strings.Contains(text, "\n  -> patdesk seal-key accept\n") || !strings.Contains(text, "nothing was sent") {
			t.Fatalf("exit %d, said %s", code, text)
		}
	}
	if _, err := os.Lstat(first); err == nil {
		t.Error("a key was made in silence")
	}
	must(t, env, "list")
	if out, _, _ := run(t, env, "doctor"); !strings.Contains(string(out), "patdesk seal-key accept") {
		t.Errorf("doctor says %s", out)
	}
	must(t, env, "seal-key", "accept")
	must(t, env, again...)
	if _, errs, code := run(t, env, "show", "1", "--reveal"); code != 3 || !strings.Contains(string(errs), "seal-") {
		t.Errorf("exit %d, said %s", code, errs)
	}
	must(t, env, "show", "2", "--reveal")
	if err := os.Rename(first+".back-up", first); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"1", "2"} {
		must(t, env, "show", id, "--reveal")
	}
	must(t, env, again...)
	must(t, env, "show", "3", "--reveal")
}

// Ensure that a deleted history is told by every command that needs it.
func TestHistory_GoneIsTold(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"list"}, {"show", "1"}, issueArgs} {
		env := home(t)
		must(t, env, issueArgs...)
		if err := os.Remove(historyOf(env)); err != nil {
			t.Fatal(err)
		}
		_, errs, code := run(t, env, args...)
		if text := string(errs); code != 9 || !strings.Contains(text, "L11") || !strings.Contains(text, historyOf(env)+" is not there") || strings.Contains(text, "begins") {
			t.Errorf("%v: exit %d, said %s", args, code, text)
		}
	}
	// The whole folder is gone, and the key is still there.
	env := home(t)
	must(t, env, issueArgs...)
	if err := os.RemoveAll(filepath.Dir(historyOf(env))); err != nil {
		t.Fatal(err)
	}
	if _, errs, code := run(t, env, "list"); code != 0 || !strings.Contains(string(errs), "a new history begins") {
		t.Errorf("exit %d, said %s", code, errs)
	}
}
