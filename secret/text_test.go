package secret

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pelletier/go-toml/v2"
)

const canary = "pat_c4n4ry0123456789abcdef00c0ffee"

// leaks reports whether out holds the canary in a form a reader could undo.
func leaks(out string) bool {
	low := strings.ToLower(strings.NewReplacer(" ", "", ",", "", "0x", "").Replace(out))
	decimal := strings.Trim(fmt.Sprint([]byte(canary)), "[]")
	for _, form := range []string{
		canary, hex.EncodeToString([]byte(canary)), strings.ReplaceAll(decimal, " ", ""),
		strings.ToLower(base64.StdEncoding.EncodeToString([]byte(canary))),
	} {
		if strings.Contains(low, form) {
			return true
		}
	}
	return false
}

type plain string // the control: what a secret must not be

// holder has a secret in every kind of field.
type holder[T any] struct {
	Exported T
	hidden   T
	Pointer  *T
	pointer  *T
	List     []T
	Map      map[string]T
	Any      any
	anything any
	Inner    struct{ deep T }
}

func held[T any](v T) holder[T] {
	h := holder[T]{v, v, &v, &v, []T{v}, map[string]T{"k": v}, v, v, struct{ deep T }{v}}
	return h
}

// containers are the ways a value may reach a printer.
func containers[T any](v T) map[string]any {
	h := held(v)
	return map[string]any{
		"value": v, "pointer": &v, "struct": h, "struct pointer": &h, "slice": []T{v}, "array": [1]T{v},
		"map": map[string]T{"k": v}, "map of structs": map[string]holder[T]{"k": h}, "any": []any{v, &v, h},
		"function": func() T { return v }, "channel": make(chan T),
		"error": fmt.Errorf("issue: %w", errOf[T]{v}), "joined": errors.Join(errOf[T]{v}, errOf[T]{v}),
	}
}

// errOf is the mistake of putting a secret into an error's field.
type errOf[T any] struct{ token T }

func (errOf[T]) Error() string { return "refused" }

var verbs = strings.Fields("%v %+v %#v %s %q %x %X %d %o %O %b %c %U %e %f %g %t %p %T %+q %#q %#x %10v %-10s %.3s %08d % x %w")

func TestText_NoPrintVerbShowsIt(t *testing.T) {
	var tried, controls int
	control := containers(plain(canary))
	for name, c := range containers(New(canary)) {
		for _, verb := range verbs {
			tried++
			if out := fmt.Sprintf(verb, c); leaks(out) {
				t.Errorf("%s of a %s leaks: %s", verb, name, out)
			}
			if leaks(fmt.Sprintf(verb, control[name])) {
				controls++
			}
		}
		if out := fmt.Sprint(c) + fmt.Sprintln(c) + string(fmt.Append(nil, c)); leaks(out) {
			t.Errorf("Sprint of a %s leaks: %s", name, out)
		}
	}
	if tried < 300 || controls < 50 {
		t.Errorf("tried %d, the plain string leaked %d times: the test does not bite", tried, controls)
	}
}

// encoders turn a value into bytes. Some cannot encode some values; then what
// they say must not leak either.
var encoders = map[string]func(v any) string{
	"json":        func(v any) string { b, err := json.Marshal(v); return fmt.Sprint(string(b), err) },
	"json indent": func(v any) string { b, err := json.MarshalIndent(v, "", " "); return fmt.Sprint(string(b), err) },
	"xml":         func(v any) string { b, err := xml.Marshal(v); return fmt.Sprint(string(b), err) },
	"toml":        func(v any) string { b, err := toml.Marshal(v); return fmt.Sprint(string(b), err) },
	"gob": func(v any) string {
		var b bytes.Buffer
		err := gob.NewEncoder(&b).Encode(v)
		return fmt.Sprint(b.String(), err)
	},
	"slog text": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewTextHandler(&b, nil)).Info("issued", "v", v, slog.Group("g", "v", v))
		return b.String()
	},
	"slog json": func(v any) string {
		var b bytes.Buffer
		slog.New(slog.NewJSONHandler(&b, nil)).Info("issued", "v", v, slog.Group("g", "v", v))
		return b.String()
	},
}

func TestText_NoEncoderShowsIt(t *testing.T) {
	type public[T any] struct { // what every encoder accepts
		Token T
		List  []T
	}
	for name, encode := range encoders {
		for kind, c := range containers(New(canary)) {
			if out := encode(c); leaks(out) {
				t.Errorf("%s of a %s leaks: %s", name, kind, out)
			}
		}
		v := New(canary)
		if out := encode(public[Text]{v, []Text{v}}); leaks(out) || strings.Contains(name, "json") && !strings.Contains(out, redacted) {
			t.Errorf("%s gives %s", name, out)
		}
		if c := plain(canary); !leaks(encode(public[plain]{c, []plain{c}})) {
			t.Errorf("%s: the plain string does not leak: the test does not bite", name)
		}
	}
	var asKey bytes.Buffer
	if err := json.NewEncoder(&asKey).Encode(map[string]string{New(canary).String(): "v"}); err != nil || leaks(asKey.String()) {
		t.Errorf("as a map key: %s, %v", asKey.String(), err)
	}
}

func TestText_NoDiffShowsIt(t *testing.T) {
	// go-cmp cannot compare closures and reports every secret as different, which
	// prints both sides.
	opt := cmp.Exporter(func(reflect.Type) bool { return true })
	if out := cmp.Diff(held(New(canary)), held(New(canary+"2")), opt); leaks(out) || out == "" {
		t.Errorf("diff: %s", out)
	}
	if out := cmp.Diff(held(plain(canary)), held(plain("x")), opt); !leaks(out) {
		t.Error("the plain string does not leak: the test does not bite")
	}
}

func TestText_ErrorChainsDoNotShowIt(t *testing.T) {
	v := New(canary)
	err := fmt.Errorf("copy: %w", fmt.Errorf("token %v of %+v: %w", v, held(v), errOf[Text]{v}))
	for _, verb := range verbs {
		if out := fmt.Sprintf(verb, err); leaks(out) {
			t.Errorf("%s leaks: %s", verb, out)
		}
	}
}

// Ensure that a crash that carries a secret does not print it.
func TestText_PanicDoesNotShowIt(t *testing.T) {
	const mark = "PATDESK_TEST_PANIC"
	switch os.Getenv(mark) {
	case "text":
		panic(held(New(canary)))
	case "value":
		panic(New(canary))
	case "error":
		panic(errOf[Text]{New(canary)})
	case "plain":
		panic(plain(canary))
	}
	for kind, want := range map[string]bool{"text": false, "value": false, "error": false, "plain": true} {
		cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		cmd.Env = append(os.Environ(), mark+"="+kind, "GOTRACEBACK=all")
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Errorf("%s did not panic", kind)
		}
		if leaks(string(out)) != want {
			t.Errorf("%s: leaks %v, want %v:\n%s", kind, !want, want, out)
		}
	}
}

func TestText_ShowsOnlyWhatAPersonNeeds(t *testing.T) {
	for _, c := range []struct {
		value, last4, mask string
	}{
		{"", "", ""},
		{"short", "", "…"},
		{"fifteen-bytes--", "", "…"},
		{"sixteen-bytes-xy", "s-xy", "…s-xy"},
		{canary, "ffee", "pat_…ffee"},
		{"tj_pat_0123456789", "6789", "…6789"},
		{"0123456789abcdéü", "cdéü", "…cdéü"},
	} {
		v := New(c.value)
		if v.Last4() != c.last4 || v.Mask() != c.mask || v.Len() != len(c.value) || v.IsZero() != (c.value == "") {
			t.Errorf("%q: last4 %q, mask %q, %d bytes", c.value, v.Last4(), v.Mask(), v.Len())
		}
		if got := v.Reveal(ForChecking); got != c.value {
			t.Errorf("%q became %q", c.value, got)
		}
	}
}

func TestText_KeepsItsOwnCopy(t *testing.T) {
	b := []byte(canary)
	v := FromBytes(b)
	clear(b)
	if v.Reveal(ForChecking) != canary {
		t.Error("the secret changed with the slice it was made from")
	}
}
