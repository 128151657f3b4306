package secret

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantReason checks that an error is a SourceError for this reason that says
// nothing secret.
func wantReason(t *testing.T, err error, want SourceReason) *SourceError {
	t.Helper()
	var e *SourceError
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *SourceError", err)
	}
	if e.Reason != want {
		t.Fatalf("reason %q, want %q: %v", e.Reason, want, err)
	}
	if strings.Contains(fmt.Sprintf("%v %+v", err, e.Err), "hunter2") {
		t.Fatalf("the error repeats the secret: %v", err)
	}
	return e
}

func wantKey(t *testing.T, s Source, want string) {
	t.Helper()
	got, err := s.Resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Reveal(ForChecking) != want {
		t.Errorf("got %q, want %q", got.Reveal(ForChecking), want)
	}
}

func TestResolve_Env(t *testing.T) {
	env := func(name string) string {
		return map[string]string{"TOOLJET_API_TOKEN": "hunter2\n", "OTHER": "x", "BIG": strings.Repeat("x", 70_000), "LINE": "\n"}[name]
	}
	wantKey(t, Source{Kind: KindEnv, Getenv: env}, "hunter2")
	wantKey(t, Source{Kind: KindEnv, Getenv: env, Var: "OTHER"}, "x")
	for name, want := range map[string]SourceReason{"NONE": ReasonMissing, "LINE": ReasonMissing, "BIG": ReasonTooLarge} {
		_, err := Source{Kind: KindEnv, Getenv: env, Var: name}.Resolve(t.Context())
		wantReason(t, err, want)
	}
}

func TestResolve_Session(t *testing.T) {
	wantKey(t, Source{Kind: KindSession, Session: New("hunter2")}, "hunter2")
	_, err := Source{Kind: KindSession}.Resolve(t.Context())
	wantReason(t, err, ReasonMissing)
}

func TestResolve_UnknownKind(t *testing.T) {
	_, err := Source{Kind: "hunter1"}.Resolve(t.Context())
	wantReason(t, err, ReasonUnknown)
}

func TestResolve_Stdin(t *testing.T) {
	for in, want := range map[string]string{"hunter2": "hunter2", "hunter2\n": "hunter2", "hunter2\r\n": "hunter2", "hunter2\n\n": "hunter2\n", "hunter2" + " ": "hunter2 "} {
		wantKey(t, Source{Kind: KindStdin, Stdin: strings.NewReader(in)}, want)
	}
	for _, tt := range []struct {
		in   io.Reader
		want SourceReason
	}{
		{nil, ReasonUnavailable},
		{strings.NewReader(""), ReasonMissing},
		{strings.NewReader("\n"), ReasonMissing},
		{strings.NewReader(strings.Repeat("x", 64<<10+1)), ReasonTooLarge},
	} {
		_, err := Source{Kind: KindStdin, Stdin: tt.in}.Resolve(t.Context())
		wantReason(t, err, tt.want)
	}
}

// Ensure that a pipe to which nobody writes does not hold the program.
func TestResolve_StdinCanBeCanceled(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go cancel()
	_, err := Source{Kind: KindStdin, Stdin: r}.Resolve(ctx)
	wantReason(t, err, ReasonCanceled)
}

func TestWriteKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "prod")
	for _, key := range []string{"hunter2", "another"} {
		if err := WriteKeyFile(path, New(key)); err != nil {
			t.Fatal(err)
		}
		wantKey(t, Source{Kind: KindFile, Path: path}, key)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the key there is %v, %v", entries, err)
	}
}

// Ensure that a crash between writing and renaming leaves the old file whole.
func TestWritePrivate_CrashBeforeRename(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	if err := WritePrivate(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	tmp, err := stage(path, []byte("new"))
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
		t.Errorf("before the rename: %q, %v", b, err)
	}
	if err := WritePrivate(path, []byte("newer")); err != nil {
		t.Errorf("with a file left behind: %v", err)
	}
	if err := putInPlace(tmp, path); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "new" {
		t.Errorf("after the rename: %q, %v", b, err)
	}
}
