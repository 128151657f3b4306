package snippet

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/client/sandbox"
	"patdesk/ui/term/termtest"
)

// goMain, expressMain, flaskMain, fastapiMain and laravelMain ask a sample once for the person who is named
// as their first argument, and print status and answer.
const (
	goMain = `package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"

	"example.com/portal/tooljet"
)

func main() {
	w := httptest.NewRecorder()
	tooljet.Handler(func(*http.Request) string { return os.Args[1] }).ServeHTTP(w, httptest.NewRequest("GET", "/tooljet-embed?email=bea@example.com", nil))
	fmt.Println(w.Code)
	fmt.Print(w.Body.String())
}
`
	flaskMain = `
import sys
from flask import Flask
from sample import embed

portal = Flask("portal")
portal.secret_key = "x"
portal.register_blueprint(embed)
with portal.test_client() as client:
    with client.session_transaction() as session:
        session["email"] = sys.argv[1]
    answer = client.get("/tooljet-embed?email=bea@example.com")
    print(answer.status_code)
    print(answer.get_data(as_text=True))
`
	fastapiMain = `
import sys
from types import SimpleNamespace
from sample import tooljet_embed

answer = tooljet_embed(SimpleNamespace(session={"email": sys.argv[1]}, query_params={"email": "bea@example.com"}))
print(answer.status_code)
print(answer.body.decode())
`

	laravelMain = `<?php
error_reporting(E_ALL & ~E_DEPRECATED);
require '/usr/share/php/GuzzleHttp/autoload.php';
require '/usr/share/php/Illuminate/autoload.php';
require_once '/usr/share/php/Illuminate/Foundation/helpers.php';
use Illuminate\Http\Request;

$app = new Illuminate\Foundation\Application(__DIR__);
$app->instance('config', new Illuminate\Config\Repository(['services' => ['tooljet' => ['key' => getenv('TOOLJET_API_TOKEN')]]]));
$app->instance('log', new Psr\Log\NullLogger());
$app->singleton(Illuminate\Contracts\Routing\ResponseFactory::class, fn () => new class extends Illuminate\Routing\ResponseFactory { public function __construct() {} });
Illuminate\Support\Facades\Facade::setFacadeApplication($app);
require __DIR__ . '/sample.php';
$request = Request::create('/tooljet-embed?email=bea@example.com');
$request->setUserResolver(fn () => $argv[1] === '' ? null : (object) ['email' => $argv[1]]);
$app->instance('request', $request);
$answer = $app->make('router')->dispatch($request);
echo $answer->getStatusCode(), "\n", $answer->getContent();
`

	expressMain = `
import express from "express";
import { embed } from "./sample.mjs";

const portal = express();
portal.use((req, _, next) => { req.session = { user: { email: process.argv[2] } }; next(); });
portal.use(embed);
const server = portal.listen(0, "127.0.0.1", async () => {
  const answer = await fetch("http://127.0.0.1:" + server.address().port + "/tooljet-embed?email=bea@example.com");
  console.log(answer.status + "\n" + (await answer.text()));
  process.exit();
});
`
)

// debianPHP is where Debian's packages put PHP's libraries.
const debianPHP = "/usr/share/php"

// debianModules is where Debian's packages put modules for Node.
const debianModules = "/usr/share/nodejs"

// backendProgram makes a program of a backend and returns its command.
func backendProgram(t *testing.T, kind, text string) []string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if kind == "go" {
		write("go.mod", "module example.com/portal\n\ngo 1.22\n")
		write("tooljet/tooljet.go", text)
		write("main.go", goMain)
		cmd := exec.CommandContext(t.Context(), termtest.Need(t, "go"), "build", "-o", "portal", ".")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return []string{filepath.Join(dir, "portal")}
	}
	if kind == "express" {
		node := termtest.Need(t, "node")
		if _, err := os.Stat(debianModules + "/express"); err != nil {
			termtest.Missing(t, "Node has no express: node-express of Debian")
		}
		write("sample.mjs", text)
		write("main.mjs", expressMain)
		if err := os.Symlink(debianModules, filepath.Join(dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
		return []string{node, "--preserve-symlinks", filepath.Join(dir, "main.mjs")} // so that its modules find theirs there
	}
	if kind == "laravel" {
		php := termtest.Need(t, "php")
		for _, library := range []string{"Illuminate/Foundation/helpers.php", "GuzzleHttp/autoload.php"} {
			if _, err := os.Stat(filepath.Join(debianPHP, library)); err != nil {
				termtest.Missing(t, "PHP has no Laravel: php-laravel-framework, php-guzzlehttp-guzzle and php-curl of Debian")
			}
		}
		write("sample.php", text)
		write("main.php", laravelMain)
		return []string{php, filepath.Join(dir, "main.php")}
	}
	write("sample.py", text)
	write("main.py", map[string]string{"flask": flaskMain, "fastapi": fastapiMain}[kind])
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import "+kind).Run() == nil {
			return []string{python, filepath.Join(dir, "main.py")}
		}
	}
	termtest.Missing(t, "Python has no "+kind+": python3-"+kind+" of Debian")
	return nil
}

// Ensure each backend issues one token for the person of its session, says in the
// portal's words what ToolJet refused, and sends a request once, whatever comes
// back.
func TestBackends_AgainstTheSandbox(t *testing.T) {
	const person = "ana@example.com"
	for _, kind := range []string{"go", "express", "flask", "fastapi", "laravel"} {
		t.Run(kind, func(t *testing.T) {
			server := sandbox.New(sandbox.Options{})
			listener, err := sandbox.Serve(t.Context(), "127.0.0.1:0", server)
			if err != nil {
				t.Fatal(err)
			}
			d := sample()
			d.BaseURL, d.AppID, d.AppSlug = listener.URL, "", "orders"
			program := backendProgram(t, kind, render(t, kind, d))
			for _, tt := range []struct {
				name, email, key string
				fault            *sandbox.Fault
				status           int
				says             string // "" for an address
				asked            int
			}{
				{name: "201", email: person, status: 200, asked: 1},
				{name: "nobody is signed in", status: 401, says: page{}.SaySignIn()},
				{name: "403", email: person, key: "another-key", status: 502, says: page{}.SayKey(), asked: 1},
				{name: "404", email: "nobody@example.com", status: 404, says: page{}.SayUnknown(), asked: 1},
				{name: "429", email: person, fault: &sandbox.Fault{Kind: sandbox.FaultRateLimit}, status: 429, says: page{}.SayBusy(), asked: 1},
				{name: "500", email: person, fault: &sandbox.Fault{Kind: sandbox.FaultStatus, Status: 500}, status: 502, says: page{}.SayDown(), asked: 1},
				{name: "lost answer", email: person, fault: &sandbox.Fault{Kind: sandbox.FaultDropAfter}, status: 502, says: page{}.SayDown(), asked: 1},
				{name: "lost request", email: person, fault: &sandbox.Fault{Kind: sandbox.FaultDropBefore}, status: 502, says: page{}.SayDown(), asked: 1},
				{name: "another server", email: person, fault: &sandbox.Fault{Kind: sandbox.FaultRedirect, Target: listener.URL + "/elsewhere"}, status: 502, says: page{}.SayDown(), asked: 1},
			} {
				t.Run(tt.name, func(t *testing.T) {
					if tt.fault != nil {
						server.Inject(*tt.fault)
					}
					before := len(server.Requests())
					key := server.Key()
					if tt.key != "" {
						key = tt.key
					}
					cmd := exec.CommandContext(t.Context(), program[0], append(program[1:], tt.email)...)
					cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "NO_PROXY=*", "TOOLJET_API_TOKEN=" + key, "PYTHONDONTWRITEBYTECODE=1"}
					cmd.Stderr = io.Discard
					out, err := cmd.Output()
					if err != nil {
						t.Fatal(err)
					}
					first, rest, _ := strings.Cut(string(out), "\n")
					var answer struct{ URL, Error string }
					if err := json.Unmarshal([]byte(rest), &answer); err != nil {
						t.Fatalf("%v: %s", err, out)
					}
					if first != strconv.Itoa(tt.status) || answer.Error != tt.says || strings.HasPrefix(answer.URL, listener.URL+"/embed-apps/") != (tt.says == "") {
						t.Errorf("answered %s", out)
					}
					requests := server.Requests()[before:]
					if len(requests) != tt.asked {
						t.Fatalf("%d requests: %+v", len(requests), requests)
					}
					if tt.asked == 0 {
						return
					}
					var body map[string]any
					if err := json.Unmarshal([]byte(requests[0].Body), &body); err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(map[string]any{"email": tt.email, "appSlug": "orders", "patExpiry": 3600.0, "sessionExpiry": 60.0}, body); diff != "" {
						t.Errorf("body (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}
