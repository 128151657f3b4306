package docs

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

func TestMain(m *testing.M) { e2etest.Main(m, nil) }

// guides are the pages that a reader follows from top to bottom.
var guides = []string{"admin.md", "support.md", "portal.md", "operator.md", "sandbox.md"}

// shell are the blocks of a page that are typed into a shell.
var shell = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// Ensure a reader who follows a guide with the sandbox meets no command that
// fails: each block runs as it stands, one after the other.
func TestGuides_CommandsSucceed(t *testing.T) {
	for _, name := range guides {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(read(t, name), "\ncurl ") {
				termtest.Need(t, "curl")
			}
			server, key, stop, err := e2etest.StartSandbox(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(stop)
			env, dir := e2etest.Home(t, server, key), t.TempDir()
			env = append(env, "SANDBOX_CONTROL_KEY="+e2etest.ControlKey)
			blocks := shell.FindAllStringSubmatch(read(t, name), -1)
			if len(blocks) == 0 {
				t.Fatal("no commands")
			}
			for _, block := range blocks {
				for line := range strings.Lines(block[1]) {
					cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
					cmd.Env, cmd.Dir = env, dir
					var out bytes.Buffer
					cmd.Stdout, cmd.Stderr = &out, &out
					if err := cmd.Run(); err != nil {
						t.Fatalf("%s: %v\n%s", strings.TrimSpace(line), err, out.String())
					}
				}
			}
		})
	}
}

// inline are the commands within the sentences and tables of a page.
var inline = regexp.MustCompile("`(patdesk [^`]+)`")

// Ensure each command of the cookbook and of the page about reading aloud is there and
// does what it is named for, on a token, a page and a list.
func TestPages_CommandsSucceed(t *testing.T) {
	server, key, stop, err := e2etest.StartSandbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	env, dir := e2etest.Home(t, server, key), t.TempDir()
	e2etest.Run(t, env, "issue", "ana@example.com", "orders")
	e2etest.Run(t, env, "config", "set", "snippets.portal", "{{.URL}} for {{.User}}")
	if err := os.WriteFile(filepath.Join(dir, "list.csv"), []byte("user,app\nbo@partner.example,orders\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	values := strings.NewReplacer("ID", "1", "APP", "orders", "--page URL", "--page "+server+"/api/health", "FILE", "list.csv --yes")
	ran := 0
	for _, page := range []string{"embedding.md", "aloud.md"} {
		for _, m := range inline.FindAllStringSubmatch(read(t, page), -1) {
			if strings.HasPrefix(m[1], "patdesk preview") {
				continue // it wants a browser; the tests of the browser run it
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", values.Replace(m[1])) // its input has ended
			cmd.Env, cmd.Dir = env, dir
			out, err := cmd.CombinedOutput()
			if err != nil || len(out) == 0 {
				t.Errorf("%s: %s: %v\n%s", page, m[1], err, out)
			}
			ran++
		}
	}
	if ran < 20 {
		t.Errorf("only %d commands were found", ran)
	}
}

// link is a link of a page to a file, perhaps with a heading in it.
var link = regexp.MustCompile(`\]\(([^)#:]*)(?:#([^)]*))?\)`)

// fenced are the blocks of a page that hold no text.
var fenced = regexp.MustCompile("(?ms)^```.*?^```$")

// Ensure every link between the documents leads to a file and a heading.
func TestLinks(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil || len(pages) < 10 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	for _, page := range append(pages, "../README.md", "../CONTRIBUTING.md") {
		for _, m := range link.FindAllStringSubmatch(fenced.ReplaceAllString(read(t, page), ""), -1) {
			target := filepath.Join(filepath.Dir(page), m[1])
			if m[1] == "" {
				target = page
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s leads to %s, which is not there", page, m[1])
				continue
			}
			if m[2] != "" && !headings(read(t, target))[m[2]] {
				t.Errorf("%s leads to %s#%s, which is no heading", page, m[1], m[2])
			}
		}
	}
}

// headings are the anchors that the headings of a page get.
func headings(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.+)$`).FindAllStringSubmatch(text, -1) {
		name := regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ToLower(m[1]), "")
		all[strings.ReplaceAll(name, " ", "-")] = true
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
