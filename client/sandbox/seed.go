package sandbox

import (
	"crypto/sha256"
	_ "embed" // of the seed
	"fmt"
	"slices"
	"strings"
)

// stableID derives a UUID from a name, so that every instance has the same ids.
func stableID(kind, name string) string {
	b := sha256.Sum256([]byte("patdesk sandbox/" + kind + "/" + name))
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// builtinSeed are the people and apps of an instance that is given no others. The
// awkward names stand last: they are what a list must survive.
//
//go:embed seed.json
var builtinSeed []byte

// BuiltinSeed is the seed of an instance that is given no other one, as ReadSeed
// reads it, in ASCII.
func BuiltinSeed() []byte { return slices.Clone(builtinSeed) }

// Seed is what an instance holds at its start: workspaces, people and apps that
// fit each other.
type Seed struct {
	workspaces []*Workspace
	users      []*User
	apps       []*App
}

// ReadSeed reads a seed: JSON with workspaces, users and apps, in that order or
// another. Workspaces are named by their slug, owners by their e-mail address; an
// id that is not given is derived from slug, address or name, so that it is the
// same each time. An error names line and field.
func ReadSeed(b []byte) (*Seed, error) {
	root, err := readNode(b)
	if err != nil {
		return nil, err
	}
	seed := &Seed{}
	r := &seedReader{seed: seed, at: map[string]int{}}
	top := r.object(root, "", "workspaces", "users", "apps")
	r.each(top, "workspaces", r.workspace)
	r.each(top, "users", r.user)
	r.each(top, "apps", r.app)
	if r.err != nil {
		return nil, r.err
	}
	r.defaults()
	return seed, nil
}

// fill puts copies of a seed into an instance, so that a seed serves many.
func (s *Server) fill(seed *Seed) {
	for _, w := range seed.workspaces {
		c := *w
		c.Groups = slices.Clone(w.Groups)
		s.workspaces = append(s.workspaces, &c)
	}
	for _, u := range seed.users {
		c := *u
		c.Memberships = slices.Clone(u.Memberships)
		for i := range c.Memberships {
			c.Memberships[i].Groups = slices.Clone(c.Memberships[i].Groups)
		}
		s.users = append(s.users, &c)
	}
	for _, a := range seed.apps {
		c := *a
		c.Versions, c.Groups = slices.Clone(a.Versions), slices.Clone(a.Groups)
		s.apps = append(s.apps, &c)
	}
}

// seedReader turns the tree of a seed into what an instance holds. The first
// mistake is kept in err.
type seedReader struct {
	seed *Seed
	at   map[string]int // line of each id, slug and address that must be there once
	err  error
}

// fail keeps a mistake at a node, unless there is an earlier one.
func (r *seedReader) fail(n *node, field, format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("line %d: %s: %s", n.line, field, fmt.Sprintf(format, args...))
	}
}

// once claims what may be there only once.
func (r *seedReader) once(n *node, field, kind, value string) {
	key := kind + "/" + strings.ToLower(value)
	if line, taken := r.at[key]; taken {
		r.fail(n, field, "%q is at line %d already", value, line)
		return
	}
	r.at[key] = n.line
}

// id is the id that is given, or the one that is derived.
func (r *seedReader) id(n *node, field, kind, name string) string {
	id := r.text(n, field, "id", "")
	switch {
	case id == "":
		id = stableID(kind, name)
	case !isUUID(id):
		r.fail(n.members["id"], field+".id", "must be a UUID")
	}
	r.once(n, field+".id", "id", id)
	return id
}

func (r *seedReader) workspace(n *node, field string) {
	r.object(n, field, "id", "name", "slug", "status", "default", "groups")
	w := &Workspace{
		Name: r.required(n, field, "name"), Slug: r.required(n, field, "slug"), Default: r.truth(n, field, "default", false),
		Status: r.oneOf(n, field, "status", "active", "archived"), Groups: r.texts(n, field, "groups"),
	}
	w.ID = r.id(n, field, "workspace", w.Slug)
	r.once(n, field+".slug", "workspace", w.Slug)
	if w.Default {
		r.once(n, field+".default", "workspace", "the default")
	}
	r.seed.workspaces = append(r.seed.workspaces, w)
}

func (r *seedReader) user(n *node, field string) {
	r.object(n, field, "id", "email", "name", "status", "memberships")
	u := &User{Email: r.required(n, field, "email"), Status: r.oneOf(n, field, "status", "active", "archived", "invited")}
	u.Name = r.text(n, field, "name", u.Email)
	if u.Email != "" && !isEmail(u.Email) {
		r.fail(n.members["email"], field+".email", "must be an e-mail address")
	}
	u.ID = r.id(n, field, "user", u.Email)
	r.once(n, field+".email", "user", u.Email)
	r.each(n, "memberships", func(n *node, place string) { r.membership(n, field+"."+place, u) })
	r.seed.users = append(r.seed.users, u)
}

func (r *seedReader) membership(n *node, field string, u *User) {
	r.object(n, field, "workspace", "role", "status", "groups")
	m := Membership{Status: r.oneOf(n, field, "status", "active", "archived", "invited"), Groups: r.texts(n, field, "groups")}
	if r.required(n, field, "role") != "" {
		m.Role = r.oneOf(n, field, "role", roles...)
	}
	if w := r.known(n, field); w != nil {
		m.WorkspaceID = w.ID
		r.groups(n, field, w, m.Groups)
		if u.member(w.ID) != nil {
			r.fail(n, field+".workspace", "%q is there twice", w.Slug)
		}
	}
	u.Memberships = append(u.Memberships, m)
}

func (r *seedReader) app(n *node, field string) {
	r.object(n, field, "id", "name", "slug", "workspace", "owner", "released", "groups")
	a := &App{Name: r.required(n, field, "name"), Released: r.truth(n, field, "released", true), Versions: []string{"v1"}, Groups: r.texts(n, field, "groups")}
	key := a.Name
	if _, taken := r.at["id/"+stableID("app", key)]; taken { // another of this name
		key = r.text(n, field, "slug", key)
	}
	a.ID = r.id(n, field, "app", key)
	if a.Slug = r.text(n, field, "slug", a.ID); a.Slug != a.ID {
		r.once(n, field+".slug", "id", a.Slug) // either opens the app
	}
	email, w := r.required(n, field, "owner"), r.known(n, field)
	if r.err != nil {
		return
	}
	a.WorkspaceID = w.ID
	r.groups(n, field, w, a.Groups)
	i := slices.IndexFunc(r.seed.users, func(u *User) bool { return strings.EqualFold(u.Email, email) })
	if i < 0 || r.seed.users[i].member(w.ID) == nil {
		r.fail(n.members["owner"], field+".owner", "must be a user with a membership in %q", w.Slug)
		return
	}
	a.OwnerID = r.seed.users[i].ID
	r.seed.apps = append(r.seed.apps, a)
}

// known is the workspace that a node names by its slug, or nil.
func (r *seedReader) known(n *node, field string) *Workspace {
	slug := r.required(n, field, "workspace")
	for _, w := range r.seed.workspaces {
		if w.Slug == slug {
			return w
		}
	}
	if slug != "" {
		r.fail(n.members["workspace"], field+".workspace", "no workspace has the slug %q", slug)
	}
	return nil
}

// groups wants groups that the workspace has.
func (r *seedReader) groups(n *node, field string, w *Workspace, groups []string) {
	for i, g := range groups {
		if !slices.Contains(w.Groups, g) {
			r.fail(n.members["groups"].list[i], fmt.Sprintf("%s.groups[%d]", field, i), "%q has no group %q", w.Slug, g)
		}
	}
}

// defaults makes the first workspace the default one if none is.
func (r *seedReader) defaults() {
	isDefault := func(w *Workspace) bool { return w.Default }
	if len(r.seed.workspaces) > 0 && !slices.ContainsFunc(r.seed.workspaces, isDefault) {
		r.seed.workspaces[0].Default = true
	}
}
