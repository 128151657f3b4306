package pat

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// ExportHead are the JSON names of a View in their order, as the head of a table.
// Token and URL are among them only with secrets.
func ExportHead(secrets bool) []string {
	var names []string
	for f := range reflect.TypeFor[View]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if secrets || !isSecretColumn(name) {
			names = append(names, name)
		}
	}
	return names
}

func isSecretColumn(name string) bool { return name == "token" || name == "url" }

// ExportRow are the values of a View under ExportHead, in the form of JSON without
// its quotes: times in UTC, an error by its title, warnings in one cell. No cell
// begins like a formula (see NoFormula).
func ExportRow(v View, secrets bool) []string {
	var cells []string
	value := reflect.ValueOf(v)
	for i, f := range value.Fields() {
		name, _, _ := strings.Cut(i.Tag.Get("json"), ",")
		if secrets || !isSecretColumn(name) {
			cells = append(cells, exportCell(f.Interface()))
		}
	}
	return cells
}

func exportCell(value any) string {
	switch v := value.(type) {
	case *time.Time:
		if v == nil {
			return ""
		}
		return v.UTC().Format(time.RFC3339)
	case *Explanation:
		if v == nil {
			return ""
		}
		return NoFormula(string(v.ID) + ": " + v.Title)
	case []string:
		return NoFormula(strings.Join(v, "; "))
	case bool, int64, int:
		return fmt.Sprint(v)
	default:
		b, err := json.Marshal(v)
		var s string
		if err != nil || json.Unmarshal(b, &s) != nil {
			return ""
		}
		return NoFormula(s)
	}
}

// NoFormula puts an apostrophe before a text that a spreadsheet would run as a
// formula: one that begins, after white space, with = + - @ or a wide form of them,
// or with a tab or line break (OWASP, CSV Injection).
func NoFormula(s string) string {
	if s == "" {
		return s
	}
	if trimmed := strings.TrimLeft(s, " \u00a0\ufeff"); strings.ContainsRune("\t\r\n", rune(s[0])) ||
		trimmed != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", []rune(trimmed)[0]) {
		return "'" + s
	}
	return s
}

// Calendar writes the ends of tokens as iCalendar events with alarms (RFC 5545).
// It holds no secret.
type Calendar struct {
	cal   *ics.Calendar
	now   time.Time
	clean func(string) string
}

// NewCalendar begins a calendar at a moment of the server's clock. clean makes
// foreign text safe to show.
func NewCalendar(now time.Time, clean func(string) string) *Calendar {
	c := ics.NewCalendarFor("patdesk")
	c.SetMethod(ics.MethodPublish)
	return &Calendar{cal: c, now: now, clean: clean}
}

// Add adds the end of a token, with an alarm when a quarter of its life is left,
// at most seven days before.
func (c *Calendar) Add(t Token) {
	app := first(t.AppName, t.AppSlug, t.AppID)
	e := c.cal.AddEvent(t.RequestID)
	e.SetDtStampTime(c.now)
	e.SetStartAt(t.Expires)
	e.SetEndAt(t.Expires)
	e.SetTimeTransparency(ics.TransparencyTransparent)
	title := c.clean(fmt.Sprintf("Embed token ends: %s, %s", first(t.UserEmail, t.UserID), app))
	e.SetSummary(title)
	lines := []string{fmt.Sprintf("Token #%d on %s, issued by %s.", t.ID, t.Host, t.By)}
	if !t.UnitProven && t.WorstExpires.After(t.Expires) {
		lines = append(lines, "The unit of patExpiry is not proven on this server: if it reads minutes, the token works until "+t.WorstExpires.UTC().Format(time.RFC3339)+".")
	}
	lines = append(lines, fmt.Sprintf("For a new one: patdesk reissue %d", t.ID))
	e.SetDescription(c.clean(strings.Join(lines, " ")))
	alarm := e.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetProperty(ics.ComponentPropertyDescription, title)
	const soonest = 7 * 24 * time.Hour
	alarm.SetTrigger(fmt.Sprintf("-PT%dS", int64(min(t.Life/4, soonest)/time.Second)))
}

// WriteTo writes the calendar, its lines folded and ended as the RFC says.
func (c *Calendar) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, c.cal.Serialize(ics.WithNewLineWindows))
	return int64(n), err
}
