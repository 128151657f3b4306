package pat

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// Words that mean something on one face only.
var (
	commandWords = regexp.MustCompile(`(^|\s)-{1,2}[a-z]|: patdesk [a-z]|\bRun:|\bcommand line\b`)
	consoleWords = regexp.MustCompile(`(?i:marked fields|\bpress\b)|\bin Doctor\b|(?i:\brefresh\b|\bsee the help\b)`)
)

// wordsOf are the texts of a row on each face.
func wordsOf(r row) (console, command []string) {
	return []string{r.title, r.cause, r.next.console}, []string{r.title, r.cause, r.next.command}
}

// Ensure that no row speaks the words of the other face, that each says what to
// do on both faces or on none, and that the titles stay short.
func TestCatalogue_EachFaceHasItsOwnWords(t *testing.T) {
	t.Parallel()
	for set, rows := range map[string]map[ID]row{"catalogue": catalogue, "readWords": readWords} {
		for id, r := range rows {
			console, command := wordsOf(r)
			for _, s := range console {
				if m := commandWords.FindString(s); m != "" {
					t.Errorf("%s %s: the console says %q in %q", set, id, m, s)
				}
			}
			for _, s := range command {
				if m := consoleWords.FindString(s); m != "" {
					t.Errorf("%s %s: the command line says %q in %q", set, id, m, s)
				}
			}
			if (r.next.console == "") != (r.next.command == "") {
				t.Errorf("%s %s: one face says what to do next, the other does not", set, id)
			}
			if n := utf8.RuneCountInString(r.title); n == 0 || n > 50 {
				t.Errorf("%s %s: the title %q has %d characters", set, id, r.title, n)
			}
		}
	}
}

// Ensure the second set of words is whole: every row that asks a person because a
// token may exist has words for requests that make none, and those ask nobody,
// name no token and never end with the exit code of an unknown outcome.
func TestCatalogue_ReadsAreNeverUnknown(t *testing.T) {
	t.Parallel()
	for id, r := range catalogue {
		if id == IDRoleLost {
			continue // it asks whether a role was changed
		}
		if _, ok := readWords[id]; (r.retry == RetryAsk) != ok {
			t.Errorf("%s: retry %s, words for reading %t", id, r.retry, ok)
		}
	}
	for id, r := range readWords {
		all := r.title + r.cause + r.next.console + r.next.command
		if r.retry == RetryAsk || r.exit == ExitUnknown || strings.Contains(all, "token") || strings.Contains(all, "issued") {
			t.Errorf("%s: retry %s, exit %d, %q", id, r.retry, r.exit, all)
		}
	}
}

// Ensure every constant is a row and every row a constant.
func TestCatalogue_IDs(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "ids.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	missing := maps.Clone(catalogue)
	ast.Inspect(f, func(n ast.Node) bool {
		if v, ok := n.(*ast.BasicLit); ok {
			id, err := strconv.Unquote(v.Value)
			if _, ok := catalogue[ID(id)]; !ok || err != nil {
				t.Errorf("%s is no row of the catalogue", v.Value)
			}
			delete(missing, ID(id))
		}
		return true
	})
	for id := range missing {
		t.Errorf("%s has no constant", id)
	}
}

// Ensure no id of the catalogue is spelled out in the program: a constant cannot
// be mistyped.
func TestCatalogue_IDsAreNamed(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{".", "../cli"} {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if name := dir + "/" + file.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
				findSpelled(t, name)
			}
		}
	}
}

// findSpelled reports literals that stand where an ID is wanted.
func findSpelled(t *testing.T, name string) {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		kv, ok := n.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		key, ok := kv.Key.(*ast.Ident)
		if v, lit := kv.Value.(*ast.BasicLit); ok && lit && key.Name == "ID" && v.Kind == token.STRING {
			if id, _ := strconv.Unquote(v.Value); catalogue[ID(id)].title != "" {
				t.Errorf("%s spells out %s", name, v.Value)
			}
		}
		return true
	})
}

// Ensure the forms of a failure read as English, and leave alone what is copied.
func TestExplanation_Forms(t *testing.T) {
	t.Parallel()
	plain := known(IDCertName)
	ask := known(IDLivePair)
	fix := known(IDHistoryNotPrivate).with("", "/home/ana/history.db: group or others can read it", "").mend("chmod 600 '/home/ana/history.db'")
	bare := known(IDCanceled).with("", "", "")
	tests := []struct{ name, got, want string }{
		{"sentence", plain.Sentence(Console), "Certificate is for another name: the address differs from the names in it. Use one of those names."},
		{"short", plain.Short(Console), "Certificate is for another name. Use one of those names."},
		{"command", known(IDNoSuchRow).Short(CommandLine), "No such row in the history. See: patdesk list"},
		{"console", known(IDNoSuchRow).Short(Console), "No such row in the history. Refresh the list."},
		{"guard, command", ask.NextOn(CommandLine), "Add --again to issue one more"},
		{"guard, console", ask.NextOn(Console), "Issue one more only if it is needed"},
		{"fix", fix.Short(Console), "History is not private. Make it private: chmod 600 '/home/ana/history.db'"},
		{"no next step", bare.Sentence(Console), "Stopped: you ended it."},
		{"empty", Explanation{}.Sentence(Console), ""},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	b, err := json.Marshal(&fix)
	if err != nil || !strings.Contains(string(b), `"next":"Make it private: chmod 600 '/home/ana/history.db'"`) {
		t.Errorf("json %s, %v", b, err)
	}
}

// Ensure a failure read back from a row has the console's words: its own where
// the case gave them, the catalogue's where the faces differ.
func TestStoredError_KeepsTheWordsOfBothFaces(t *testing.T) {
	t.Parallel()
	for _, x := range []Explanation{
		known(IDSlowDown).with("", "", "Wait 7s, then try again"), known(IDKeyRefused), known(IDRefusedFields), known(IDNoAnswer),
	} {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		got := StoredError(Token{ErrorID: string(x.ID), ErrorTitle: x.Title, ErrorText: string(b)})
		for _, f := range []Face{CommandLine, Console} {
			if got.NextOn(f) != x.NextOn(f) {
				t.Errorf("%s on face %d: %q, was %q", x.ID, f, got.NextOn(f), x.NextOn(f))
			}
		}
	}
}
