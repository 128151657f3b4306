package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// nodeModules is where Debian's packages put JavaScript libraries.
const nodeModules = "/usr/share/nodejs"

// reactMain shows the component of the sample, as it was copied, in a page. React
// in its development build complains of what is wrong with a component.
const reactMain = `
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import ToolJetApp from "./ToolJetApp.jsx";

window.complaints = [];
console.error = (...words) => complaints.push(words.join(" "));
window.ended = [];
createRoot(document.getElementById("root")).render(<StrictMode><ToolJetApp onEnd={(...words) => ended.push(words.map(String))} /></StrictMode>);
`

// bundle makes a script of the React sample.
func bundle(t *testing.T, sample string) string {
	t.Helper()
	esbuild := termtest.Need(t, "esbuild")
	if _, err := os.Stat(filepath.Join(nodeModules, "react-dom", "client.js")); err != nil {
		if os.Getenv(termtest.NoSkip) == "1" {
			t.Fatalf("React is not installed, and %s=1", termtest.NoSkip)
		}
		t.Skip("React is not installed: node-react and node-react-dom of Debian")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"ToolJetApp.jsx": sample, "main.jsx": reactMain} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), esbuild, "main.jsx", "--bundle", "--jsx=automatic", "--log-level=warning", `--define:process.env.NODE_ENV="development"`)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "NODE_PATH="+nodeModules)
	var warnings strings.Builder
	cmd.Stderr = &warnings
	script, err := cmd.Output()
	if err != nil || warnings.Len() > 0 {
		t.Fatalf("esbuild: %v\n%s", err, warnings.String())
	}
	return string(script)
}

// Ensure the React sample opens the app in a frame like the iframe snippet's, and
// calls onEnd for its own frame only: with nothing when the person signs out, with
// the status when the token has ended.
func reactComponent(t *testing.T, b *browser) {
	env, address := e2etest.Desk(t)
	portal, origin := newPortal(t), originOf(t, address)
	portal.pages["/portal.js"] = bundle(t, e2etest.Run(t, env, "show", "1", "-o", "react"))
	here := portal.page(`<div id="root"></div><script src="/portal.js"></script>`)
	top := b.open(t, here)
	app := top.frame(t)
	app.shows(t, heading("Orders portal"))
	var frames []map[string]string
	top.run(t, attributes, &frames)
	want := frameWith(address, "Orders portal")
	want["style"] = "border: 0px;" // as React writes it
	if diff := cmp.Diff([]map[string]string{want}, frames); diff != "" {
		t.Errorf("frames (-want +got):\n%s", diff)
	}
	for _, r := range viewerRequests(t, address) {
		if r.Referer != "" {
			t.Errorf("%s %s tells where it stands: %s", r.Method, r.Path, r.Referer)
		}
	}

	// The page itself says it, and so does another frame of the right origin.
	top.run(t, `window.postMessage({ type: "TJ_EMBED_APP_LOGOUT", error: 1 }, "*")`, nil)
	portal.hears(t, portal.url, `{"type":"TJ_EMBED_APP_LOGOUT","error":1}`)
	top.run(t, `{ const other = document.createElement("iframe"); other.src = "`+origin+`/embed-apps/other"; document.body.append(other); }`, nil)
	top.shows(t, "document.querySelectorAll('iframe').length === 2")
	portal.messages(t, 2)
	app.run(t, `document.getElementById("out").click()`, nil)
	portal.messages(t, 3)
	ended := func(top *page, want ...string) {
		t.Helper()
		var got struct {
			Ended      [][]string
			Complaints []string
		}
		top.run(t, "({Ended: ended, Complaints: complaints})", &got)
		if diff := cmp.Diff([][]string{want}, got.Ended); diff != "" {
			t.Errorf("onEnd was called (-want +got):\n%s", diff)
		}
		if len(got.Complaints) != 0 {
			t.Errorf("React complains: %q", got.Complaints)
		}
	}
	ended(top, "undefined", "undefined")

	advance(t, address, "61m")
	late := b.open(t, here)
	late.frame(t).shows(t, waiting)
	portal.messages(t, 4)
	ended(late, "401", "Your pat is expired. Please contact your admin.")
}
