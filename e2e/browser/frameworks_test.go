package browser

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"patdesk/ui/term/termtest"
)

// frameworks is where npm puts Vue and Angular in the versions of package.json.
const frameworks = "frameworks/node_modules"

// program is how a front end becomes the script of a page: the sample and the other
// files as they are written, what compiles them, and what is bundled then.
type program struct {
	sample  string // file of the sample
	files   map[string]string
	compile []string // a program of the framework, after node
	main    string
	modules string // where the framework is
	page    string // what a portal's page holds beside the script
	define  []string
}

// complain notes what a framework finds wrong with a component, as its development
// build says it.
const complain = `
window.complaints = [];
for (const kind of ["error", "warn"]) console[kind] = (...words) => complaints.push(words.join(" "));
`

// programs are those of the front ends that are no page yet. Each shows the component
// of the sample, as it was copied, as often as its page says.
var programs = map[string]program{
	"react": {
		sample: "ToolJetApp.jsx", main: "main.jsx", modules: nodeModules, page: `<div id="root"></div>`,
		define: []string{`process.env.NODE_ENV="development"`},
		files: map[string]string{"main.jsx": `
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import ToolJetApp from "./ToolJetApp.jsx";
` + complain + `
const apps = Array.from({ length: window.apps ?? 1 }, (_, n) => <ToolJetApp key={n} />);
createRoot(document.getElementById("root")).render(<StrictMode>{apps}</StrictMode>);
`},
	},
	"vue": {
		sample: "ToolJetApp.vue", main: "main.js", modules: frameworks, page: `<div id="root"></div>`, compile: []string{"compile.cjs"},
		define: []string{`process.env.NODE_ENV="development"`, "__VUE_OPTIONS_API__=false", "__VUE_PROD_DEVTOOLS__=false", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__=false"},
		files: map[string]string{
			"compile.cjs": `
const { parse, compileScript } = require("vue/compiler-sfc");
const { readFileSync, writeFileSync } = require("node:fs");
const { descriptor, errors } = parse(readFileSync("ToolJetApp.vue", "utf8"), { filename: "ToolJetApp.vue" });
if (errors.length > 0) throw errors[0];
writeFileSync("ToolJetApp.js", compileScript(descriptor, { id: "app", inlineTemplate: true }).content);
`,
			"main.js": complain + `
import { createApp, h } from "vue";
import ToolJetApp from "./ToolJetApp.js";
createApp({ render: () => Array.from({ length: window.apps ?? 1 }, () => h(ToolJetApp)) }).mount("#root");
`,
		},
	},
	"angular": {
		sample: "tooljet-app.component.ts", main: "out/main.js", modules: frameworks, page: `<portal-page></portal-page>`,
		compile: []string{frameworks + "/@angular/compiler-cli/bundles/src/bin/ngc.js", "-p", "tsconfig.json"},
		files: map[string]string{
			"tsconfig.json": `{
  "compilerOptions": {
    "target": "ES2022", "module": "ES2022", "moduleResolution": "bundler", "lib": ["ES2022", "DOM", "DOM.Iterable"], "types": [],
    "strict": true, "noUnusedLocals": true, "experimentalDecorators": true, "outDir": "out", "skipLibCheck": true
  },
  "angularCompilerOptions": { "strictTemplates": true },
  "files": ["main.ts"]
}`,
			"main.ts": `
import "zone.js";
import "@angular/compiler"; // links the libraries, not the sample
import { Component } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { ToolJetAppComponent } from "./tooljet-app.component";

const told: string[] = [];
Object.assign(window, { complaints: told });
for (const kind of ["error", "warn"] as const) console[kind] = (...words) => { told.push(words.join(" ")); };

@Component({ selector: "portal-page", standalone: true, imports: [ToolJetAppComponent], template: "@for (n of apps; track n) {<tooljet-app />}" })
class PortalPage {
  readonly apps = Array.from({ length: (window as Window & { apps?: number }).apps ?? 1 }, (_, n) => n);
}
bootstrapApplication(PortalPage).catch((error) => console.error(error));
`,
		},
	},
}

// bundle makes the script of a page of a front end's sample.
func (p program) bundle(t *testing.T, sample string) string {
	t.Helper()
	modules, err := filepath.Abs(p.modules)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(modules); err != nil || p.modules == nodeModules && missingIn(modules, "react-dom/client.js") {
		termtest.Missing(t, "the framework is not installed: node-react and node-react-dom of Debian, and npm ci in e2e/browser/frameworks")
	}
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for name, text := range p.files {
		write(t, filepath.Join(dir, name), text)
	}
	write(t, filepath.Join(dir, p.sample), sample)
	if len(p.compile) > 0 {
		args := append([]string{strings.Replace(p.compile[0], frameworks, modules, 1)}, p.compile[1:]...)
		runIn(t, dir, termtest.Need(t, "node"), args...)
	}
	args := []string{p.main, "--bundle", "--jsx=automatic", "--log-level=warning", "--preserve-symlinks", "--target=es2021"} // static blocks of Angular are not bundled right
	for _, d := range p.define {
		args = append(args, "--define:"+d)
	}
	return runIn(t, dir, termtest.Need(t, "esbuild"), args...)
}

func missingIn(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, name))
	return err != nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// runIn runs a compiler that shall have nothing to complain of.
func runIn(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v\n%s%s", filepath.Base(name), err, complaints.String(), out)
	}
	return string(out)
}
