package literal

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patdesk/ui/term/termtest"
)

func TestJSON(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", `{"a":"b"}`, `{"a":"b"}`},
		{"indented", "{\r\n\t\"a\": 1\n}", "{ \n \"a\": 1\n}"},
		{"letters", `"Zoë 漢"`, `"Zo\u00eb \u6f22"`},
		{"pair", `"😀"`, `"\ud83d\ude00"`},
		{"delete and C1", "\"\x7f\u009b\"", `"\u007f\u009b"`},
		{"invalid", "\"\xff\"", `"\ufffd"`},
		{"raw controls in a string", "\"a\nb\tc\x1b\"", `"a\u000ab\u0009c\u001b"`},
		{"escaped quote", "\"a\\\"\n\"\n", `"a\"\u000a"` + "\n"},
		{"escaped backslash", "\"a\\\\\"\n", `"a\\"` + "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, string(JSON([]byte(tt.in)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestJSON_KeepsTheValue(t *testing.T) {
	corpus := termtest.Corpus()
	for i, h := range corpus {
		corpus[i].Value = h.Value[:min(len(h.Value), 1<<16)]
	}
	keepsTheValue(t, corpus)
}

// Ensure the same where a text has a megabyte.
func TestJSON_KeepsTheValue_Sweep(t *testing.T) {
	if os.Getenv("PATDESK_LONG") == "" {
		t.Skip("set PATDESK_LONG=1")
	}
	keepsTheValue(t, termtest.Corpus())
}

func keepsTheValue(t *testing.T, corpus []termtest.Hostile) {
	t.Helper()
	for _, h := range corpus {
		for _, indent := range []string{"", "\t"} {
			plain, err := json.MarshalIndent(map[string]string{h.Name: h.Value}, "", indent)
			if err != nil {
				t.Fatal(err)
			}
			escaped := JSON(plain)
			if found := termtest.ForeignControls(escaped, false); len(found) > 0 {
				t.Errorf("%s: %v", h.Name, found)
			}
			if i := bytes.IndexFunc(escaped, func(r rune) bool { return r != '\n' && (r < 0x20 || r > 0x7e) }); i >= 0 {
				t.Errorf("%s: byte %d is not printable ASCII", h.Name, i)
			}
			var want, got map[string]string
			if err := json.Unmarshal(plain, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(escaped, &got); err != nil {
				t.Fatalf("%s: %v", h.Name, err)
			}
			if got[h.Name] != want[h.Name] {
				t.Errorf("%s: the value changed", h.Name)
			}
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte("{\"a\":\"\\\"\u2028\"}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		escaped := JSON(b)
		if found := termtest.ForeignControls(escaped, false); len(found) > 0 {
			t.Fatal(found)
		}
		var want, got any
		if json.Unmarshal(b, &want) != nil {
			return
		}
		if err := json.Unmarshal(escaped, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
