package pat_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"patdesk/pat"
	"patdesk/ui/term/termtest"
)

// Ensure the head of a table is the names of the JSON in their order, and every
// row has a cell for each, none of which a spreadsheet runs.
func TestExport_Columns(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.FixedZone("", 3600))
	v := pat.View{
		ID: -7, State: pat.Soon, User: "=cmd|'/c calc'!A1", AppName: "+1", AppSlug: "-1", Workspace: "@SUM(1)", Note: " =1+1", Role: "＝1",
		IssuedAt: &at, Error: &pat.Explanation{ID: "H409", Title: "Conflict"}, Warnings: []string{"=a", "b"}, Token: "pat_secret", URL: "https://x.example.com",
	}
	for _, secrets := range []bool{false, true} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		var names []string
		depth := 0
		for {
			tok, err := dec.Token()
			if err != nil {
				break
			}
			switch d, isDelim := tok.(json.Delim); {
			case isDelim && (d == '{' || d == '['):
				depth++
			case isDelim:
				depth--
			case depth == 1:
				names = append(names, tok.(string))
				if names[len(names)-1] == "error" || names[len(names)-1] == "warnings" {
					continue
				}
				if _, err := dec.Token(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !secrets {
			names = names[:len(names)-2]
		}
		head, row := pat.ExportHead(secrets), pat.ExportRow(v, secrets)
		if strings.Join(head, ",") != strings.Join(names, ",") || len(row) != len(head) {
			t.Fatalf("head %q, %d cells, JSON %q", head, len(row), names)
		}
		cell := map[string]string{}
		for i, name := range head {
			cell[name] = row[i]
			if name != "id" && strings.HasPrefix(strings.TrimSpace(row[i]), "=") {
				t.Errorf("%s is a formula: %q", name, row[i])
			}
		}
		want := map[string]string{
			"id": "-7", "state": "soon", "user": "'=cmd|'/c calc'!A1", "app_name": "'+1", "app_slug": "'-1", "workspace": "'@SUM(1)", "note": "' =1+1", "role": "'＝1",
			"issued_at": "2026-11-28T11:00:00Z", "ends_at": "", "error": "H409: Conflict", "warnings": "'=a; b", "unit_proven": "false",
		}
		if secrets {
			want["token"] = "pat_secret"
		}
		for name, w := range want {
			if cell[name] != w {
				t.Errorf("%s: %q, want %q", name, cell[name], w)
			}
		}
		if _, has := cell["token"]; has != secrets {
			t.Errorf("token is a column: %v", has)
		}
	}
}

func TestNoFormula(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "", "a=b": "a=b", "ana@example.com": "ana@example.com", "=1": "'=1", "\t=1": "'\t=1", "\r1": "'\r1", "\u00a0=1": "'\u00a0=1", "'=1": "'=1", "－1": "'－1", " plain": " plain", //nolint:gocritic // the white space is what is tried
	} {
		if got := pat.NoFormula(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// Ensure the calendar is read by the rules of RFC 5545: lines ended by CRLF and
// folded at 75 octets, texts escaped, times in UTC, an alarm with a description.
func TestCalendar(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	cal := pat.NewCalendar(now, func(s string) string { return strings.NewReplacer("\n", " ", "\r", " ").Replace(s) })
	end := now.Add(8 * time.Hour)
	cal.Add(pat.Token{
		ID: 12, RequestID: "0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10", UserEmail: "ana@example.com", AppName: "Orders; portal, " + strings.Repeat("löng ", 30) + "\r\nBEGIN:VEVENT",
		Host: "https://tooljet.example.com", By: "kim", Outcome: pat.Issued, Expires: end, WorstExpires: end.Add(472 * time.Hour), Life: 8 * time.Hour,
	})
	cal.Add(pat.Token{ID: 13, RequestID: "2", UserEmail: "bo@example.com", AppSlug: "stock", Outcome: pat.Issued, Expires: end, WorstExpires: end, UnitProven: true, Life: 365 * 24 * time.Hour})
	var b bytes.Buffer
	if _, err := cal.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !strings.HasSuffix(text, "END:VCALENDAR\r\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Errorf("line ends: %q", text)
	}
	for l := range strings.SplitSeq(text, "\r\n") {
		if len(l) > 75 {
			t.Errorf("%d octets: %q", len(l), l)
		}
	}
	unfolded := strings.ReplaceAll(text, "\r\n ", "")
	if n := strings.Count(unfolded, "\r\nBEGIN:VEVENT\r\n"); n != 2 {
		t.Errorf("%d events", n)
	}
	for _, part := range []string{
		"\r\nUID:0b0e7d3c-1f4e-4c53-9a54-3c1f6a7d1e10\r\n", "\r\nDTSTAMP:20261128T120000Z\r\n", "\r\nDTSTART:20261128T200000Z\r\n",
		`SUMMARY:Embed token ends: ana@example.com\, Orders\; portal\, löng`, "TRIGGER:-PT7200S", "TRIGGER:-PT604800S", "ACTION:DISPLAY",
		"the token works until 2026-12-18T12:00:00Z", "patdesk reissue 12", "\r\nVERSION:2.0\r\n", "\r\nPRODID:",
	} {
		if !strings.Contains(unfolded, part) {
			t.Errorf("no %q in\n%s", part, unfolded)
		}
	}
	_, alarm, _ := strings.Cut(unfolded, "BEGIN:VALARM")
	if alarm, _, _ = strings.Cut(alarm, "END:VALARM"); !strings.Contains(alarm, "DESCRIPTION:") {
		t.Error("an alarm without a description")
	}
}

// Ensure a parser that is not ours reads each event of the calendar with its end, its
// words and its alarm.
func TestCalendar_IndependentParser(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	cal := pat.NewCalendar(now, func(s string) string { return s })
	for n, app := range []string{"Orders; portal, " + strings.Repeat("löng ", 30), `R&D "Lab" <beta>`, "在庫管理・発注システム"} {
		end := now.Add(time.Duration(n+1) * time.Hour)
		cal.Add(pat.Token{ID: int64(n + 1), RequestID: fmt.Sprint("request-", n), UserEmail: "ana@example.com", AppName: app, Outcome: pat.Issued, Expires: end, WorstExpires: end, UnitProven: true, Life: 8 * time.Hour})
	}
	var b bytes.Buffer
	if _, err := cal.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	const read = `
import sys, icalendar
for e in icalendar.Calendar.from_ical(sys.stdin.buffer.read()).walk('VEVENT'):
    alarms = [str(a['TRIGGER'].dt) for a in e.walk('VALARM')]
    sys.stdout.buffer.write(('|'.join([str(e['UID']), e['DTSTART'].dt.isoformat(), ' '.join(alarms), str(e['SUMMARY'])]) + '\n').encode())
`
	cmd := exec.CommandContext(t.Context(), pythonWith(t, "icalendar"), "-c", read)
	cmd.Stdin = &b
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := "request-0|2026-11-28T13:00:00+00:00|-1 day, 22:00:00|Embed token ends: ana@example.com, Orders; portal, " + strings.Repeat("löng ", 30) + "\n" +
		"request-1|2026-11-28T14:00:00+00:00|-1 day, 22:00:00|Embed token ends: ana@example.com, R&D \"Lab\" <beta>\n" +
		"request-2|2026-11-28T15:00:00+00:00|-1 day, 22:00:00|Embed token ends: ana@example.com, 在庫管理・発注システム\n"
	if string(out) != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

// pythonWith is a Python that has a module; the test is skipped where none has.
func pythonWith(t *testing.T, module string) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.CommandContext(t.Context(), python, "-c", "import "+module).Run() == nil {
			return python
		}
	}
	termtest.Missing(t, "Python has no "+module+": python3-"+module+" of Debian")
	return ""
}
