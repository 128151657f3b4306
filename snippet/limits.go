package snippet

import (
	"errors"
	htmltemplate "html/template"
	"strings"
	"text/template/parse"
	"time"
)

// A template of one's own is a program: it can loop without end and make its
// text longer without end. These are its limits.
const (
	maxBody  = 64 << 10  // bytes of the template
	maxOwn   = 256 << 10 // bytes of the result, and of what one function gives
	maxMade  = 4 << 20   // bytes of what all functions give together
	maxSteps = 20_000    // rounds of loops, and uses of templates in templates
	maxTime  = 2 * time.Second
)

// errSteps and errTime end a template that does not end by itself.
var (
	errSteps = errors.New("it takes too many steps: a loop in it does not end, or goes too often")
	errTime  = errors.New("it takes too long")
	errLarge = errors.New("the result is larger than 256 KiB")
)

// stepName is the function that counts; no template can call it by this name
// with another meaning.
const stepName = "patdesk_step"

// budget is what one rendering may use.
type budget struct {
	steps, made int
	end         time.Time
}

// newBudget is that of a rendering which begins now and may take so long.
func newBudget(most time.Duration) *budget { return &budget{end: time.Now().Add(most)} }

// step counts a round; it is a condition that never holds.
func (b *budget) step() (bool, error) {
	if b.steps++; b.steps > maxSteps {
		return false, errSteps
	}
	return false, b.onTime()
}

func (b *budget) onTime() error {
	if time.Now().After(b.end) {
		return errTime
	}
	return nil
}

// take accounts for n bytes that a function is about to make.
func (b *budget) take(n int) error {
	if b.made += n; n > maxOwn || b.made > maxMade {
		return errLarge
	}
	return b.onTime()
}

// within makes a text if the budget allows its size.
func (b *budget) within(size int, text func() string) (string, error) {
	if err := b.take(size); err != nil {
		return "", err
	}
	return text(), nil
}

// sizeOf is about how long values are when they are written.
func sizeOf(args []any) int {
	n := 0
	for _, a := range args {
		switch v := a.(type) {
		case string:
			n += len(v)
		case htmltemplate.HTML:
			n += len(v)
		case []string:
			n += len(strings.Join(v, " "))
		default:
			n += 256
		}
	}
	return n
}

// sizeOfFormat is how long the result of a format can be: each verb may write its
// value again, and widths and precisions, in the format or for *, add as much.
func sizeOfFormat(format string, args []any) int {
	size := len(format) + strings.Count(format, "%")*(sizeOf(args)+1)
	for number := 0; format != ""; format = format[1:] {
		if c := format[0]; c >= '0' && c <= '9' && number < maxOwn {
			number = number*10 + int(c-'0')
			size += number
		} else if c < '0' || c > '9' {
			number = 0
		}
		if format[0] == '*' {
			size += widest(args)
		}
	}
	return size
}

// widest is the largest number among values, as a width.
func widest(args []any) int {
	most := 0
	for _, a := range args {
		switch v := a.(type) {
		case int:
			most = max(most, v, -v)
		case int64:
			most = max(most, int(v), int(-v))
		}
	}
	return min(most, maxOwn+1)
}

// counted puts a step at the start of each template and of each round of a loop.
func counted(root *parse.ListNode) error {
	if root == nil {
		return nil
	}
	trees, err := parse.Parse("step", "{{if "+stepName+"}}{{end}}", "", "", map[string]any{stepName: true})
	if err != nil {
		return err
	}
	step := trees["step"].Root.Nodes[0]
	countLoops(root, step)
	root.Nodes = append([]parse.Node{step.Copy()}, root.Nodes...)
	return nil
}

func countLoops(list *parse.ListNode, step parse.Node) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.RangeNode:
			countLoops(n.List, step)
			countLoops(n.ElseList, step)
			n.List.Nodes = append([]parse.Node{step.Copy()}, n.List.Nodes...)
		case *parse.IfNode:
			countLoops(n.List, step)
			countLoops(n.ElseList, step)
		case *parse.WithNode:
			countLoops(n.List, step)
			countLoops(n.ElseList, step)
		}
	}
}

// Moment is a time in a template. Its layout is limited, because a layout made of
// a formatted time grows with each round.
type Moment struct{ time.Time }

// Format is time.Time.Format for layouts of up to 1,000 bytes.
func (m Moment) Format(layout string) (string, error) {
	if len(layout) > 1000 {
		return "", errLarge
	}
	return m.Time.Format(layout), nil
}

// AppendFormat is left out: its result would have no limit.
func (m Moment) AppendFormat() error { return errLarge }
