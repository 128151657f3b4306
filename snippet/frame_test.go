package snippet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/secret"
)

func TestParseFrame(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		height, ratio, allow string
		lazy                 bool
		want                 map[string]string // beside src, title and referrerpolicy
		script               string
	}{
		{want: map[string]string{"height": "600", "style": "border:0"}, script: "border:0;width:100%;height:600px"},
		{height: "480", want: map[string]string{"height": "480", "style": "border:0"}, script: "border:0;width:100%;height:480px"},
		{height: "480px", want: map[string]string{"height": "480", "style": "border:0"}, script: "border:0;width:100%;height:480px"},
		{height: "80vh", allow: "fullscreen", want: map[string]string{"style": "border:0;height:80vh", "allow": "fullscreen"}, script: "border:0;width:100%;height:80vh"},
		{height: "100%", want: map[string]string{"style": "border:0;height:100%"}, script: "border:0;width:100%;height:100%"},
		{ratio: "16:9", lazy: true, want: map[string]string{"style": "border:0;aspect-ratio:16/9", "loading": "lazy"}, script: "border:0;width:100%;aspect-ratio:16/9"},
		{allow: "camera, microphone clipboard-write", want: map[string]string{"height": "600", "style": "border:0", "allow": "camera; microphone; clipboard-write"}, script: "border:0;width:100%;height:600px"},
	} {
		f, err := ParseFrame(tt.height, tt.ratio, tt.allow, tt.lazy)
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		d := sample()
		d.Frame = f
		got := frame(t, render(t, "iframe", d))
		if got["src"] != d.URL.Reveal(secret.ForChecking) || got["width"] != "100%" {
			t.Errorf("%+v: %v", tt, got)
		}
		for _, name := range []string{"src", "title", "referrerpolicy", "width"} {
			delete(got, name)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tt, diff)
		}
		for _, kind := range []string{"html", "react", "vue", "angular"} {
			text := render(t, kind, d)
			if !strings.Contains(text, jsString(tt.script)) || strings.Contains(text, "frame.allow = ") != (tt.allow != "") {
				t.Errorf("%s of %+v:\n%s", kind, tt, text)
			}
		}
	}
}

func TestParseFrame_Refused(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ height, ratio, allow string }{
		{height: "80vh;position:fixed"},
		{height: `1" onload="x`},
		{height: "-1"},
		{height: "tall"},
		{height: "1e9"},
		{height: "calc(1px)"},
		{height: " "},
		{ratio: "16"},
		{ratio: "0:9"},
		{ratio: "16:9;x"},
		{ratio: "a:b"},
		{height: "600", ratio: "16:9"},
		{allow: `camera" onload="x`},
		{allow: "*"},
		{allow: "camera 'src'"},
		{allow: "Camera"},
		{allow: "\u202ecamera"},
	} {
		if f, err := ParseFrame(tt.height, tt.ratio, tt.allow, false); err == nil {
			t.Errorf("%+v gives %+v", tt, f)
		}
	}
}
