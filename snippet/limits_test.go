package snippet

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Ensure a template that does not end, or that grows without end, is read without
// being run, and is stopped with a sentence when it is used.
func TestSet_OwnTemplateEnds(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"empty loop":       {"{{range 9000000000000000000}}{{end}}", "too many steps"},
		"loops in loops":   {"{{range 10000}}{{range 10000}}{{range 10000}}{{end}}{{end}}{{end}}", "too many steps"},
		"loop with else":   {"{{range 9000000000000000000}}{{else}}x{{end}}", "too many steps"},
		"loop in a with":   {"{{with .User}}{{range 9000000000000000000}}{{end}}{{end}}", "too many steps"},
		"loop in an if":    {"{{if .User}}{{range 9000000000000000000}}{{end}}{{end}}", "too many steps"},
		"loop, continuing": {"{{range 9000000000000000000}}{{continue}}{{end}}", "too many steps"},
		"itself":           {`{{define "x"}}{{template "x" .}}{{end}}{{template "x" .}}`, "too many steps"},
		"two of each":      {`{{define "a"}}{{template "b"}}{{template "b"}}{{end}}{{define "b"}}{{template "c"}}{{template "c"}}{{end}}{{define "c"}}{{range 9000}}{{end}}{{end}}{{template "a"}}`, "too many steps"},
		"doubled":          {"{{$s := `x`}}{{range 36}}{{$s = print $s $s}}{{end}}", "larger"},
		"doubled by width": {`{{$s := printf "%1000000d%1000000d" 1 1}}`, "larger"},
		"width by star":    {`{{$s := printf "%*d" 900000 1}}`, "larger"},
		"a value again":    {"{{$s := `xxxxxxxx`}}{{range 20}}{{$s = printf `%[1]s%[1]s%[1]s` $s}}{{end}}", "larger"},
		"escaped again":    {"{{$s := `'`}}{{range 36}}{{$s = js $s}}{{end}}", "larger"},
		"json again":       {"{{$s := `'\"`}}{{range 36}}{{$s = json $s}}{{end}}", "larger"},
		"a line again":     {"{{$s := `x`}}{{range 36}}{{$s = println $s $s}}{{end}}", "larger"},
		"a layout":         {"{{$s := `1112131415`}}{{range 60}}{{$s = $.Ends.Format $s}}{{end}}", "larger"},
		"many values":      {"{{range 9000}}{{$s := printf `%100000d` 1}}{{end}}", "larger"},
		"printed":          {"{{range 19000}}xxxxxxxxxxxxxxxx{{end}}", "larger than 256 KiB"},
		"a wrong field":    {"a\n{{.Url}}", "template line 2:2"},
	} {
		for _, mark := range []string{textMark, htmlMark} {
			if name == "json again" && mark == htmlMark {
				continue // html/template escapes for the place
			}
			set, err := newSet(map[string]string{"mine": mark + tt.body}, ample)
			if err != nil {
				t.Errorf("%s, %s: read: %v", name, mark, err)
				continue
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err = set.Render("mine", sample())
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%s, %s: %v, want %q", name, mark, err, tt.want)
			}
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 200 {
				t.Errorf("%s, %s: took %d MiB", name, mark, made)
			}
		}
	}
}

// Ensure an honest loop still works, in attributes and scripts too.
func TestSet_OwnTemplateLoops(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"{{range 3}}{{.}},{{end}}":                                                    "0,1,2,",
		htmlMark + `<a {{range 2}}data-x="{{.}}" {{end}}>`:                            `<a data-x="0" data-x="1" >`,
		htmlMark + `<script>{{range 2}}f({{.}});{{end}}</script>`:                     "<script>f( 0 );f( 1 );</script>",
		`{{define "x"}}[{{.}}]{{end}}{{template "x" .AppSlug}}{{template "x" .Unit}}`: "[orders][seconds]",
		`{{printf "%-8s|%08.3f|%d" .Unit 1.5 .IdleMinutes}}`:                          "seconds |0001.500|60",
	} {
		s, err := mustSet(t, map[string]string{"own": body}).Render("own", sample())
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if got := reveal(s); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

// Ensure whatever can hold the token counts as a secret, without running it.
func TestNewSet_OwnSecrets(t *testing.T) {
	t.Parallel()
	for body, secret := range map[string]bool{
		"{{.URL}}": true, "{{.Token}}": true, "{{.}}": true, "{{$}}": true, "{{json .}}": true, `{{printf "%v" .}}`: true, "{{(.)}}": true,
		"{{- . -}}": true, "{{$x := .}}{{$x.AppName}}": true, "{{with .}}{{.User}}{{end}}": true, "{{$.Token}}": true,
		`{{index . "URL"}}`: true, "{{.AppName}}": false, "{{$.User}}": false, "{{.BaseURL}}": false, "{{.IssueURL}}": false, "plain": false, "{{range 3}}{{$.Unit}}{{end}}": false,
	} {
		kinds := mustSet(t, map[string]string{"own": body}).Kinds()
		if got := kinds[len(kinds)-1].Secret; got != secret {
			t.Errorf("%s: secret %v", body, got)
		}
	}
}

// Ensure what takes too long is stopped, at a step as well as in a function.
func TestBudget_Time(t *testing.T) {
	t.Parallel()
	b := newBudget(ample)
	if _, err := b.step(); err != nil {
		t.Fatal(err)
	}
	b.end = time.Now().Add(-time.Second)
	_, step := b.step()
	for where, err := range map[string]error{"step": step, "function": b.take(1)} {
		if !errors.Is(err, errTime) {
			t.Errorf("%s: %v", where, err)
		}
	}
}
