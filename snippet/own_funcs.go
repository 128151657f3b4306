package snippet

import (
	"encoding/json"
	"fmt"
	"maps"
	texttemplate "text/template"

	"patdesk/literal"
)

// textFuncs are the functions of a text template of one's own, those of the
// templates of this package among them, held within the budget.
func (b *budget) textFuncs() map[string]any {
	// most is how many bytes the function makes of one.
	each := func(most int, escape func(string) string) any {
		return func(v any) (string, error) {
			return b.within(sizeOf([]any{v})*most, func() string { return escape(fmt.Sprint(v)) })
		}
	}
	funcs := map[string]any{
		"js": each(6, jsString), // literals come with their quotes
		"py": each(10, plainString), "gostr": each(10, plainString), "php": each(10, phpString),
		"sh": each(4, literal.Shell), "envurl": each(3, envURL),
		"md":          each(3, markdown), // a text in a line of Markdown
		"htmlcomment": each(2, commentHTML), "line": each(1, oneLine),
		"json": func(v any) (string, error) {
			if err := b.take(sizeOf([]any{v}) * 6); err != nil {
				return "", err
			}
			text, err := json.Marshal(v)
			return string(literal.JSON(text)), err
		},
	}
	maps.Copy(funcs, b.printers())
	maps.Copy(funcs, b.escapers())
	return funcs
}

// htmlFuncs are the functions of an HTML template of one's own. It escapes for the
// place of a value by itself; its js escapes what stands between quotes.
func (b *budget) htmlFuncs() map[string]any {
	funcs := map[string]any{
		"js": func(args ...any) (string, error) {
			return b.within(sizeOf(args)*6, func() string { return texttemplate.JSEscaper(args...) })
		},
	}
	maps.Copy(funcs, b.printers())
	maps.Copy(funcs, b.escapers())
	return funcs
}

// printers are those that Go's templates bring along, and the step that counts.
func (b *budget) printers() map[string]any {
	return map[string]any{
		stepName: b.step,
		"print": func(args ...any) (string, error) {
			return b.within(sizeOf(args), func() string { return fmt.Sprint(args...) })
		},
		"println": func(args ...any) (string, error) {
			return b.within(sizeOf(args), func() string { return fmt.Sprintln(args...) })
		},
		"printf": func(format string, args ...any) (string, error) {
			return b.within(sizeOfFormat(format, args), func() string { return fmt.Sprintf(format, args...) })
		},
	}
}

// escapers are those that Go's templates bring along.
func (b *budget) escapers() map[string]any {
	return map[string]any{
		"html": func(args ...any) (string, error) {
			return b.within(sizeOf(args)*5, func() string { return texttemplate.HTMLEscaper(args...) })
		},
		"urlquery": func(args ...any) (string, error) {
			return b.within(sizeOf(args)*3, func() string { return texttemplate.URLQueryEscaper(args...) })
		},
	}
}
