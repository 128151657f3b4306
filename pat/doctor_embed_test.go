package pat

import (
	"strings"
	"testing"
)

// Ensure the headers of the embed page are read as browsers read them.
func TestJudgeFraming(t *testing.T) {
	for _, c := range []struct {
		policies []string
		options  string
		level    Level
		part     string
	}{
		{nil, "", Good, "any page"},
		{[]string{"frame-ancestors *"}, "DENY", Good, "any page"}, // frame-ancestors wins
		{nil, " deny ", Warn, "X-Frame-Options DENY"},
		{nil, "SameOrigin", Warn, "SAMEORIGIN"},
		{nil, "ALLOW-FROM https://a.example.com", Good, "any page"}, // no browser reads it
		{[]string{"default-src 'self'; script-src *"}, "", Good, "any page"},
		{[]string{"default-src 'self'; Frame-Ancestors 'none'"}, "", Warn, "'none'"},
		{[]string{"frame-ancestors"}, "", Warn, "'none'"}, // no source at all
		{[]string{"frame-ancestors 'self'"}, "", Warn, "'self'"},
		{[]string{"frame-ancestors 'self' https://a.example.com"}, "", Good, "'self' https://a.example.com"},
		{[]string{"frame-ancestors *", "frame-ancestors https://a.example.com"}, "", Good, "pages of https://a.example.com"},
		{[]string{"frame-ancestors *, frame-ancestors 'none'"}, "", Warn, "'none'"}, // two in one header
		{[]string{"frame-ancestors https://a.example.com; frame-ancestors *"}, "", Good, "pages of https://a.example.com"},
	} {
		got := judgeFraming(c.policies, c.options)
		if got.Level != c.level || !strings.Contains(got.Text, c.part) || got.ID != CheckEmbed {
			t.Errorf("%q %q: %+v, want %s with %q", c.policies, c.options, got, c.level, c.part)
		}
	}
}
