package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shapes are the objects that commands print, by the type that they are in Go.
// Those without a command are parts of others.
var shapes = []struct{ typ, title, commands string }{
	{"View", "Token", "`issue`, `show`, `next`; as a list by `list`, `due`, `export --format json`"},
	{"verifiedView", "Verdict on a token", "`verify`, with all fields of a token"},
	{"RunView", "Plan and run", "`reissue` of several, `role`, `bulk`, `bulk resume`, `drift --fix`"},
	{"PlanView", "What is to be done", ""},
	{"StepView", "What became of it", ""},
	{"AliveView", "Token that is alive", ""},
	{"RunsView", "Run that waits", "`bulk runs`, as a list"},
	{"EventView", "Event", "`activity`, as a list"},
	{"HeadView", "Head", "`audit head`"},
	{"AuditView", "Audit", "`audit verify`"},
	{"DriftView", "Drift", "`drift`, as a list"},
	{"ExposureView", "Exposure", "`exposure`, as a list"},
	{"HandoverView", "Hand-over", "`handover`, as a list"},
	{"userView", "User", "`users`, as a list"},
	{"membershipView", "Membership", ""},
	{"appView", "App", "`apps`, as a list"},
	{"workspaceView", "Workspace", "`workspaces`, as a list"},
	{"Framing", "Framing", "`framing`"},
	{"PageFraming", "Framing by a page", ""},
	{"Header", "Header of an answer", ""},
	{"report", "Doctor", "`doctor`"},
	{"Check", "Check", ""},
	{"profileView", "Profile", "`profile list`, as a list"},
	{"settingView", "Setting", "`config get`, `config set`, as a list by `config list`"},
	{"copyView", "Copy of a history", "`history copy`"},
	{"migrateView", "Tables of a history", "`team migrate`"},
	{"memberView", "Member", "`team who`, as a list"},
	{"versionView", "Version", "`version`"},
	{"Explanation", "Error", "any command that fails, on stderr"},
}

func jsonPage(t *testing.T) string {
	t.Helper()
	known := structs(t)
	var b strings.Builder
	b.WriteString("# JSON\n" + made)
	b.WriteString("With `--json` a command prints one value on stdout, in printable ASCII, and asks nothing; a failure is an object on stderr.\nNames stay; new ones may be added. Times are RFC 3339 in UTC, by the server's clock. copy, paths,\nprofile test and sandbox print an object of a few plain fields.\n")
	told := map[string]string{}
	for _, s := range shapes {
		told[s.typ] = s.title
	}
	for name := range known {
		if strings.HasSuffix(name, "View") && told[name] == "" {
			t.Errorf("the reference does not tell of %s", name)
		}
	}
	for _, s := range shapes {
		fields := known[s.typ]
		if fields == nil {
			t.Fatalf("there is no type %s", s.typ)
		}
		fmt.Fprintf(&b, "\n## %s\n\n", s.title)
		if s.commands != "" {
			fmt.Fprintf(&b, "Printed by %s.\n\n", s.commands)
		}
		head(&b, "field", "holds", "meaning")
		for _, f := range fields {
			row(&b, code(f.name), kindOf(f.typ, told), f.doc)
		}
	}
	return b.String()
}

type field struct {
	name, doc string
	typ       ast.Expr
}

// structs are the structs of pat and cli that become JSON, with their fields.
func structs(t *testing.T) map[string][]field {
	t.Helper()
	all := map[string][]field{}
	for _, dir := range []string{"../pat", "../cli"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := spec.Type.(*ast.StructType); ok {
					if fields := fieldsOf(s); len(fields) > 0 {
						all[spec.Name.Name] = fields
					}
				}
				return true
			})
		}
	}
	return all
}

func fieldsOf(s *ast.StructType) []field {
	var out []field
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(tag).Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		doc := f.Comment.Text()
		if doc == "" {
			doc = f.Doc.Text()
		}
		if len(f.Names) > 0 && strings.HasPrefix(doc, f.Names[0].Name+" ") {
			doc = code(name) + strings.TrimPrefix(doc, f.Names[0].Name)
		}
		out = append(out, field{name, strings.TrimSpace(doc), f.Type})
	}
	return out
}

// kindOf says what a value of a Go type is in JSON; told are the objects that have
// a heading of their own.
func kindOf(typ ast.Expr, told map[string]string) string {
	switch x := typ.(type) {
	case *ast.StarExpr:
		return kindOf(x.X, told) + ", or null"
	case *ast.ArrayType:
		return "list: " + kindOf(x.Elt, told)
	case *ast.SelectorExpr:
		if x.Sel.Name == "Time" {
			return "time"
		}
		return kindOf(x.Sel, told)
	case *ast.Ident:
		switch {
		case told[x.Name] != "":
			return "object: " + strings.ToLower(told[x.Name])
		case x.Name == "bool":
			return "true or false"
		case x.Name == "any":
			return "any"
		case slices.Contains([]string{"int", "int64"}, x.Name):
			return "number"
		}
	}
	return "text"
}
