package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"patdesk/snippet"
)

// embeddingPage is the cookbook: each kind with what it needs and who renews it.
func embeddingPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Embedding cookbook\n" + made)
	b.WriteString(strings.ReplaceAll(cookbook, "~", "`"))
	for _, part := range []struct {
		title string
		is    func(k snippet.Kind) bool
		renew string
	}{
		{"Front ends", func(k snippet.Kind) bool { return k.Framed && !k.Secret }, "by itself: when token or session has ended, it asks your backend for a new URL, after a pause and at most once in a minute"},
		{"Backends", func(k snippet.Kind) bool { return k.Backend }, "one token per request that it answers; the admin key is read from the environment"},
		{"Static: they hold a live token", func(k snippet.Kind) bool { return k.Secret }, "by hand: `patdesk reissue ID`, then paste the new one; `patdesk handover` lists the places of the old one"},
		{"Notes and headers", func(k snippet.Kind) bool { return !k.Secret && !k.Backend && !k.Framed }, "nothing to renew, unless the server's address changes"},
	} {
		fmt.Fprintf(&b, "\n## %s\n\nRenewal: %s.\n\n", part.title, part.renew)
		head(&b, "kind", "what it is", "policy of the page")
		for _, k := range snippet.Kinds() {
			if !part.is(k) {
				continue
			}
			policy := ""
			if k.Framed {
				policy = "`frame-src` with ToolJet's origin"
			}
			row(&b, code("patdesk show ID -o "+k.Name), strings.TrimSpace(k.Title+". "+k.Note), policy)
		}
	}
	b.WriteString(strings.ReplaceAll(own, "~", "`"))
	head(&b, "field", "what it is")
	for _, f := range ownFields(t) {
		row(&b, code("{{."+f[0]+"}}"), f[1])
	}
	return b.String()
}

// ownFields are the fields of a template with what the program says of them.
func ownFields(t *testing.T) (fields [][2]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../snippet/own.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.TypeSpec)
		if !is || spec.Name.Name != "Fields" {
			return true
		}
		for _, f := range spec.Type.(*ast.StructType).Fields.List {
			says := strings.TrimSpace(f.Comment.Text() + f.Doc.Text())
			if says == "" {
				t.Errorf("nothing is said of %s", f.Names[0].Name)
			}
			fields = append(fields, [2]string{f.Names[0].Name, strings.TrimSuffix(says, ".")})
		}
		return false
	})
	return fields
}

const cookbook = `Choose a backend and a front end for pages of many people, a static kind for a page of one. Each front end fits each backend:
it asks the backend of your portal for the embed URL, and the backend takes the person from its own session and issues.

A page that is sent with a Content-Security-Policy needs ToolJet's origin in its ~frame-src~; ~patdesk show ID -o csp~ prints
the line, as a header and as a meta element, and ~patdesk framing APP --page URL~ judges the page that is there. A page
without a policy needs nothing. ToolJet itself lets any page show its apps, unless something before it says otherwise.

The examples of ToolJet's documents take the e-mail address from the request. Whoever calls such a backend can be anyone.
`

const own = `
## Templates of your own

Under ~[snippets]~ of the configuration, as ~portal = "…"~; then ~patdesk show ID -o portal~. The templates are those of
[Go](https://pkg.go.dev/text/template), and stand in the copy menu beside the kinds above. One that begins with ~<~ or
~{{/* html */}}~ is HTML: each value is escaped for its place. Any other is text and escapes for itself, with the function that
fits the place:

~js~ ~py~ ~php~ ~gostr~ and ~json~ make a literal with its quotes, ~sh~ and ~envurl~ a quoted word, ~md~ a text of Markdown,
~html~ a text or an attribute, ~htmlcomment~ a comment, ~urlquery~ a part of a query, ~line~ one line without what is not seen.

A template may take two seconds and make 256 KiB. It is refused like a kind above if the address is none, and counts as a
secret if it uses URL or token.

`
