package pat_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"patdesk/client/sandbox"
	"patdesk/pat"
)

func TestReadBatch(t *testing.T) {
	t.Parallel()
	ana := pat.BatchRow{Line: 2, User: "ana@example.com", App: "orders"}
	full := pat.BatchRow{Line: 2, User: "ana@example.com", App: "Orders, old", Life: "8h", Idle: "30m", Note: `a "kiosk"`}
	for _, tt := range []struct {
		name, text string
		want       []pat.BatchRow
		faults     []string
	}{
		{name: "plain", text: "user,app\nana@example.com,orders\n", want: []pat.BatchRow{ana}},
		{name: "no line end, CRLF, byte order mark", text: "\ufeffuser,app\r\nana@example.com,orders", want: []pat.BatchRow{ana}},
		{name: "UTF-16, tabs, as Excel's Unicode text", text: "\xff\xfe" + wide("user\tapp\tnote\r\nana@example.com\torders\tcafé ☕\r\n", binary.LittleEndian), want: []pat.BatchRow{{Line: 2, User: ana.User, App: ana.App, Note: "café ☕"}}},
		{name: "UTF-16, big end first", text: "\xfe\xff" + wide("user,app\nana@example.com,orders\n", binary.BigEndian), want: []pat.BatchRow{ana}},
		{name: "UTF-16, two units", text: "\xff\xfe" + wide("user,app,note\nana@example.com,orders,🚪", binary.LittleEndian), want: []pat.BatchRow{{Line: 2, User: ana.User, App: ana.App, Note: "🚪"}}},
		{name: "UTF-16, cut off", text: "\xfe\xff" + wide("user,app\nana@example.com,orders\n", binary.BigEndian) + "\x00", faults: []string{"line 3: a character in it is not UTF-16"}},
		{name: "UTF-16, half a character", text: "\xff\xfe" + wide("user,app,note\nana@example.com,orders,", binary.LittleEndian) + "\x3d\xd8", faults: []string{"line 2: a character in it is not UTF-16"}},
		{name: "UTF-16, half a character within", text: "\xff\xfe" + wide("user,app,note\nana@example.com,orders,", binary.LittleEndian) + "\xaa\xde\x0a\x00", faults: []string{"line 2: a character in it is not UTF-16"}},
		{name: "a mark alone", text: "\xff\xfe", faults: []string{"line 1: the list is empty"}},
		{name: "a code page", text: "user,app,note\nana@example.com,orders,caf\xe9\n", faults: []string{"line 2: a character in it is not UTF-8"}},
		{name: "capitals, spaces, empty lines", text: "User , APP\n ana@example.com , orders \n,\n\n", want: []pat.BatchRow{ana}},
		{name: "all columns in another order", text: "note,life,idle,app,user\n\"a \"\"kiosk\"\"\",8h,30m,\"Orders, old\",ana@example.com\n", want: []pat.BatchRow{full}},
		{name: "tabs", text: "user\tapp\tlife\nana@example.com\tOrders, old\t8h\n", want: []pat.BatchRow{{Line: 2, User: "ana@example.com", App: "Orders, old", Life: "8h"}}},
		{name: "semicolons", text: "user;app\nana@example.com;orders\n", want: []pat.BatchRow{ana}},
		{name: "the separator named for Excel", text: "sep=;\r\nuser;app\r\nana@example.com;Orders, old\r\n", want: []pat.BatchRow{{Line: 3, User: "ana@example.com", App: "Orders, old"}}},
		{name: "a separator that the head does not show", text: "\ufeff\"sep=,\"\nuser,app\nana@example.com,orders\n", want: []pat.BatchRow{{Line: 3, User: "ana@example.com", App: "orders"}}},
		{name: "lines that end with CR alone", text: "user,app\rana@example.com,orders\r", want: []pat.BatchRow{ana}},
		{name: "a file that ends with NUL or ^Z", text: "user,app\nana@example.com,orders\n\x1a\x00", want: []pat.BatchRow{ana}},
		{name: "fewer cells", text: "user,app,life\nana@example.com,orders\n", want: []pat.BatchRow{ana}},
		{name: "a cell over two lines", text: "user,app,note\na@example.com,x,\"1\n2\"\nb@example.com,y,\n", want: []pat.BatchRow{{Line: 2, User: "a@example.com", App: "x", Note: "1\n2"}, {Line: 4, User: "b@example.com", App: "y"}}},
		{name: "nothing", faults: []string{"line 1: the list is empty"}},
		{name: "a head alone", text: "user,app\n", faults: []string{"line 2: the list has a head and no pairs"}},
		{name: "no head", text: "ana@example.com,orders\n", faults: []string{`line 1: there is no column "ana@example.com"`, `line 1: there is no column "orders"`}},
		{name: "a column missing", text: "user,note\nx,y\n", faults: []string{`line 1: a column "app" is missing`}},
		{name: "a column twice", text: "user,app,user\nx,y,z\n", faults: []string{`line 1: there are two columns "user"`}},
		{name: "too many cells", text: "user,app\nana@example.com,Orders, old\n", faults: []string{"line 2: it has 3 cells and the head 2"}},
		{name: "an open quote", text: "user,app\na,b\nx,\"y\n", faults: []string{"it is no CSV"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := pat.ReadBatch(strings.NewReader(tt.text))
			if !slices.Equal(got, tt.want) {
				t.Errorf("%+v", got)
			}
			checkFaults(t, err, tt.faults)
		})
	}
}

// wide is text as UTF-16.
func wide(text string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// checkFaults compares what is wrong with a list, each by its beginning.
func checkFaults(t *testing.T, err error, want []string) {
	t.Helper()
	if len(want) == 0 {
		if err != nil {
			t.Error(err)
		}
		return
	}
	x := pat.Explain(err)
	if x.ID != pat.IDBadList || x.Exit != pat.ExitUsage || len(x.Details) != len(want) {
		t.Fatalf("%v: %+v", err, x.Details)
	}
	for n, d := range x.Details {
		if !strings.Contains(d, want[n]) {
			t.Errorf("%q, want %q", d, want[n])
		}
	}
}

// Ensure every line is checked against the server's lists before anything is
// issued, and that all faults are told with their lines.
func TestPlanBatch(t *testing.T) {
	t.Parallel()
	r := newRig(t, sandbox.Options{})
	defer r.History.Close()
	if err := r.server.SetUserStatus("hana@partner.example", "archived"); err != nil {
		t.Fatal(err)
	}
	usual := pat.Request{Life: time.Hour, Idle: time.Hour}
	orders := ""
	for _, a := range r.server.Apps() {
		if a.Slug == "orders" {
			orders = a.ID
		}
	}
	plan := func(lines ...string) ([]pat.Task, error) {
		rows, err := pat.ReadBatch(strings.NewReader("user,app,life,idle,note\n" + strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		return r.PlanBatch(t.Context(), rows, usual)
	}
	r.issue(t, request())
	_, err := plan("ANA@example.com,orders,8h,30m,kiosk", "dana@example.com,Price list", "gil@example.com,"+rigURL+"/applications/"+orders, "gil@example.com,"+strings.ToUpper(orders[:8])+orders[8:])
	checkFaults(t, err, []string{"line 5: it is the same pair as line 4"})
	tasks, err := plan("ANA@example.com,orders,8h,30m,kiosk", "dana@example.com,Price list", "gil@example.com,"+rigURL+"/applications/"+orders)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, task := range tasks {
		got += fmt.Sprint(task.User, " ", task.App, " ", task.Life, " ", task.Request.Idle, " ", task.Request.Note, " ", len(task.Alive), "\n")
	}
	if want := "ana@example.com Orders portal 8h0m0s 30m0s kiosk 1\ndana@example.com Price list 1h0m0s 1h0m0s  0\ngil@example.com Orders portal 1h0m0s 1h0m0s  0\n"; got != want {
		t.Errorf("plan\n%s", got)
	}
	_, err = plan("anna@example.com,orders", "ana@example.com,ordres", ",orders", "ana@example.com,", "ana@example.com,orders,soon", "ana@example.com,orders,1h,90s",
		"hana@partner.example,orders", "ana@example.com,orders,11y", "ana@example.com,pat_0123456789abcdef")
	checkFaults(t, err, []string{
		"line 2: user: nobody here is called anna@example.com; closest: ana@example.com", "line 3: app: no app here is called ordres; closest: orders",
		"line 4: user: ", "line 5: app: ", "line 6: life: ", "line 7: idle: ", "line 8: user: hana@partner.example is archived", "line 9: life: ", "line 10: app: a token (pat_…) stands in it, and it would be kept in clear text",
	})
	if n := executions(r); n != 1 {
		t.Errorf("planning issued %d tokens", n-1)
	}
	r.Settings.ReadOnly = true
	if _, err := plan("ana@example.com,orders"); !errors.As(err, new(*pat.ReadOnlyError)) {
		t.Error(err)
	}
}
