package pat

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"patdesk/pattern"
	"patdesk/span"
)

// BatchRow is a line of a list of pairs, as it was written.
type BatchRow struct {
	Line                        int
	User, App, Life, Idle, Note string
}

// BatchFault says what is wrong with a line of a list.
type BatchFault struct {
	Line   int
	Reason string
}

// BatchError are all the faults of a list, in the order of its lines. Nothing was sent.
type BatchError struct{ Faults []BatchFault }

// Error implements error.
func (e *BatchError) Error() string { return Plural(len(e.Faults), "fault") + " in the list" }

// The limits of a list.
const (
	maxBatchBytes = 32 << 20
	maxBatchRows  = 100_000
)

// ReadBatch reads a list of pairs: CSV (RFC 4180) or tab-separated values, whose
// head names user and app and any of life, idle and note, in any order. Semicolons
// part cells where the head has them, or what Excel's first line "sep=" names. The text
// is UTF-8, or UTF-16 with its mark; its lines may end as on an old Macintosh.
// Errors: BatchError; those of r.
func ReadBatch(r io.Reader) ([]BatchRow, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxBatchBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxBatchBytes {
		return nil, &BatchError{[]BatchFault{{1, "the list is larger than 32 MiB"}}}
	}
	if text, err = batchText(text); err != nil {
		return nil, err
	}
	comma, text := separator(batchLines(text))
	cells := csv.NewReader(bytes.NewReader(text))
	cells.Comma, cells.FieldsPerRecord, cells.TrimLeadingSpace = comma, -1, true
	head, err := cells.Read()
	if errors.Is(err, io.EOF) {
		return nil, &BatchError{[]BatchFault{{1, "the list is empty; its first line is user,app"}}}
	}
	if err != nil {
		return nil, csvFault(err)
	}
	at, err := batchHead(head)
	if err != nil {
		return nil, err
	}
	var rows []BatchRow
	for {
		row, err := cells.Read()
		switch {
		case errors.Is(err, io.EOF):
			if len(rows) == 0 {
				return nil, &BatchError{[]BatchFault{{2, "the list has a head and no pairs"}}}
			}
			return rows, nil
		case err != nil:
			return nil, csvFault(err)
		case len(rows) == maxBatchRows:
			return nil, &BatchError{[]BatchFault{{1, fmt.Sprintf("the list has more than %d pairs", maxBatchRows)}}}
		}
		cell := func(name string) string {
			if n, named := at[name]; named && n < len(row) {
				return strings.TrimSpace(row[n])
			}
			return ""
		}
		line, _ := cells.FieldPos(0)
		if len(row) > len(head) {
			return nil, &BatchError{[]BatchFault{{line, fmt.Sprintf("it has %d cells and the head %d; a cell with the separator in it stands in double quotes", len(row), len(head))}}}
		}
		if strings.Join(row, "") == "" {
			continue // as spreadsheets leave them behind
		}
		rows = append(rows, BatchRow{line, cell("user"), cell("app"), cell("life"), cell("idle"), cell("note")})
	}
}

// batchText is a list as UTF-8 without a mark. Spreadsheets write "Unicode text" as
// UTF-16, and plain CSV in the code page of the computer: what that means here
// nobody can tell, and a note would be kept wrong without a word.
func batchText(text []byte) ([]byte, error) {
	order := map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian}
	if o := order[string(text[:min(2, len(text))])]; o != nil {
		return fromUTF16(text[2:], o)
	}
	if !utf8.Valid(text) {
		line := 1
		for rest := text; ; line++ {
			first, after, _ := bytes.Cut(rest, []byte("\n"))
			if !utf8.Valid(first) {
				break
			}
			rest = after
		}
		return nil, &BatchError{[]BatchFault{{line, "a character in it is not UTF-8 (the list may be in Latin-1 or Windows-1252); save the list as UTF-8"}}}
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), nil
}

// fromUTF16 is a list in UTF-16 as UTF-8. One that is cut off, or was changed by a program
// that took it for something else, is refused like one in a code page.
func fromUTF16(text []byte, order binary.ByteOrder) ([]byte, error) {
	made, line := make([]byte, 0, len(text)), 1
	for len(text) > 0 {
		r, n := utf8.RuneError, 0
		if len(text) >= 2 {
			r, n = rune(order.Uint16(text)), 2
		}
		if utf16.IsSurrogate(r) {
			second := rune(0)
			if len(text) >= 4 {
				second = rune(order.Uint16(text[2:]))
			}
			if r, n = utf16.DecodeRune(r, second), 4; r == utf8.RuneError {
				n = 0
			}
		}
		if n == 0 {
			return nil, &BatchError{[]BatchFault{{line, "a character in it is not UTF-16, as the rest of the list is; save the list as UTF-8"}}}
		}
		if r == '\n' {
			line++
		}
		made, text = utf8.AppendRune(made, r), text[n:]
	}
	return made, nil
}

// batchLines is a list without what old programs end a file with, and with the line ends
// that encoding/csv knows.
func batchLines(text []byte) []byte {
	text = bytes.TrimRight(text, "\x00\x1a")
	if !bytes.ContainsRune(text, '\n') {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text
}

// excelSeparator is the line with which Excel names the separator of a file.
var excelSeparator = pattern.New(`^(?i:"?sep=)([,;\t])"?\r?(?:\n|$)`)

// separator is what parts the cells of a list, by the line that names it or by its head,
// and the list with that line left empty, so that lines keep their numbers.
func separator(text []byte) (rune, []byte) {
	if m := excelSeparator.FindSubmatch(text); m != nil {
		return rune(m[1][0]), append([]byte("\n"), text[len(m[0]):]...)
	}
	head, _, _ := bufio.NewReader(bytes.NewReader(text)).ReadLine()
	for _, c := range "\t;" {
		if bytes.ContainsRune(head, c) {
			return c, text
		}
	}
	return ',', text
}

func csvFault(err error) error {
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return &BatchError{[]BatchFault{{e.Line, fmt.Sprintf("it is no CSV: %v", e.Err)}}}
	}
	return err
}

// batchColumns are the columns of a list.
func batchColumns() []string { return []string{"user", "app", "life", "idle", "note"} }

// batchHead says where the columns of a list are.
func batchHead(head []string) (map[string]int, error) {
	at := map[string]int{}
	var faults []BatchFault
	for n, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := at[name]
		switch {
		case name == "" && n >= 2:
		case twice:
			faults = append(faults, BatchFault{1, fmt.Sprintf("there are two columns %q", name)})
		case !slices.Contains(batchColumns(), name):
			faults = append(faults, BatchFault{1, fmt.Sprintf("there is no column %q, but: %s", name, strings.Join(batchColumns(), ", "))})
		default:
			at[name] = n
		}
	}
	for _, name := range batchColumns()[:2] {
		if _, ok := at[name]; !ok && len(faults) == 0 {
			faults = append(faults, BatchFault{1, fmt.Sprintf("a column %q is missing; the first line names the columns, as user,app", name)})
		}
	}
	if len(faults) > 0 {
		return nil, &BatchError{faults}
	}
	return at, nil
}

// PlanBatch is the plan of a token for each pair of a list, with the life and idle
// time of usual where a line names none. Users are named by e-mail address or id,
// apps by id, slug, exact name, or the address of a page of theirs. Every line is
// checked against the lists of the server first. Nothing is issued. Errors:
// BatchError with all faults; StageError around client.Error; ReadOnlyError; history.Error.
func (i *Issuer) PlanBatch(ctx context.Context, rows []BatchRow, usual Request) ([]Task, error) {
	if i.Settings.ReadOnly {
		return nil, &ReadOnlyError{i.Settings.Profile}
	}
	lists, err := i.Lists(ctx, false)
	if err != nil {
		return nil, err
	}
	b := batch{issuer: i, lists: lists, usual: usual, pairs: map[[2]string]int{}}
	requests := make([]Request, len(rows))
	for n, row := range rows {
		if requests[n], err = b.request(row); err != nil {
			b.faults = append(b.faults, BatchFault{row.Line, err.Error()})
		}
	}
	if len(b.faults) > 0 {
		return nil, &BatchError{b.faults}
	}
	plan := make([]Task, len(rows))
	for n, req := range requests {
		task, err := i.issueTask(ctx, req)
		if err != nil {
			return nil, err
		}
		task.User, task.App, task.AppID = first(req.UserInfo.Email, req.UserInfo.ID), first(req.AppInfo.Name, req.AppInfo.Slug), req.AppInfo.ID
		plan[n] = task
	}
	return plan, nil
}

// batch is a list while it is checked.
type batch struct {
	issuer *Issuer
	lists  Lists
	usual  Request
	pairs  map[[2]string]int // line of each pair
	faults []BatchFault
}

// request is what a line asks for, or what is wrong with it.
func (b *batch) request(row BatchRow) (Request, error) {
	req := b.usual
	req.User, req.App, req.Note, req.Again = row.User, row.App, row.Note, true
	if err := batchTimes(&req, row, b.issuer.Now()); err != nil {
		return req, err
	}
	if named := appsNamed(b.lists.Apps, row.App); len(named) == 1 {
		req.App = named[0].ID
	} else if len(named) > 1 {
		return req, fmt.Errorf("app: %d apps are called %q; name its id", len(named), row.App)
	}
	req, err := b.issuer.Clean(req)
	if err == nil {
		err = req.Validate(b.issuer.Current())
	}
	if err != nil {
		return req, err
	}
	if req.UserInfo = FindUser(b.lists.Users, req.User); req.UserInfo == nil {
		return req, fmt.Errorf("user: nobody here is called %s%s", req.User, closestWords(ClosestUsers(b.lists.Users, req.User), func(u User) string { return u.Email }))
	}
	if req.AppInfo = FindApp(b.lists.Apps, req.App); req.AppInfo == nil {
		return req, fmt.Errorf("app: no app here is called %s%s", req.App, closestWords(ClosestApps(b.lists.Apps, req.App), func(a App) string { return a.Slug }))
	}
	if req.UserInfo.Status == statusArchived {
		return req, fmt.Errorf("user: %s is archived", req.User)
	}
	pair := [2]string{req.UserInfo.ID, req.AppInfo.ID}
	if line := b.pairs[pair]; line > 0 {
		return req, fmt.Errorf("it is the same pair as line %d", line)
	}
	b.pairs[pair] = row.Line
	return req, nil
}

// batchTimes puts life and idle time of a line into its request.
func batchTimes(req *Request, row BatchRow, now time.Time) (err error) {
	if row.Life != "" {
		if req.Life, err = span.ParseLife(row.Life, now.Local()); err != nil {
			return &InvalidError{FieldLife, err.Error()}
		}
	}
	if row.Idle != "" {
		if req.Idle, err = span.ParseLife(row.Idle, now.Local()); err != nil {
			return &InvalidError{FieldIdle, err.Error()}
		}
	}
	return nil
}

// appsNamed are the apps with this exact name, unless it is a slug or an id.
func appsNamed(apps []App, name string) []App {
	if FindApp(apps, name) != nil {
		return nil
	}
	var out []App
	for _, a := range apps {
		if a.Name == name {
			out = append(out, a)
		}
	}
	return out
}

func closestWords[T any](list []T, name func(T) string) string {
	if len(list) == 0 {
		return ""
	}
	words := make([]string, len(list))
	for n, one := range list {
		words[n] = name(one)
	}
	return "; closest: " + strings.Join(words, ", ")
}

// explainBatch tells all faults of a list with their lines.
func explainBatch(err error) (Explanation, bool) {
	e, ok := errors.AsType[*BatchError](err)
	if !ok {
		return Explanation{}, false
	}
	x := known(IDBadList)
	for _, f := range e.Faults {
		x.Details = append(x.Details, fmt.Sprintf("line %d: %s", f.Line, f.Reason))
	}
	x.Cause = strings.Join(x.Details, "; ")
	return x, true
}
