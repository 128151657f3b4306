package cli

import (
	"strings"
	"testing"
)

// Ensure a table is cut for a screen and whole in a pipe, one line a row with one
// tab between cells, whatever the cells hold.
func TestTable(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("long name ", 20)
	cols := []column{{"ID", 4}, {"NAME", 12}, {"", 5}, {"ROLES", 8}}
	rows := [][]string{
		{"1", long, "", "Sales: admin, Support: builder"},
		{"22", "a\tb\nc\rd", "x", ""},
		{"", "\x1b[31mred\u202e", "", "田中 美咲（営業部）"},
	}
	write := func(screen bool) []string {
		var b strings.Builder
		table := newTable(&b, screen, cols)
		for _, r := range rows {
			table.row(r...)
		}
		if err := table.end(); err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	}
	for _, screen := range []bool{true, false} {
		lines := write(screen)
		if len(lines) != len(rows)+1 {
			t.Fatalf("screen %v: %d lines: %q", screen, len(lines), lines)
		}
		for _, l := range lines {
			if strings.ContainsAny(l, "\x1b\r") || strings.Contains(l, "\t") == screen {
				t.Errorf("screen %v: %q", screen, l)
			}
			if !screen && strings.Count(l, "\t") != len(cols)-1 {
				t.Errorf("%d tabs: %q", strings.Count(l, "\t"), l)
			}
		}
		if whole := strings.Contains(lines[1], strings.TrimSpace(long)) && strings.HasSuffix(lines[1], "Support: builder"); whole == screen {
			t.Errorf("screen %v: %q", screen, lines[1])
		}
	}
	if l := write(true)[1]; !strings.Contains(l, "…") || len([]rune(l)) > 4+12+5+8+6 {
		t.Errorf("not cut: %q", l)
	}
}
