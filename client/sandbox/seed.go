package sandbox

import (
	"crypto/sha256"
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

// place is a membership in the seed: workspace, role, status and groups,
// written "sales:builder" or "sales:end-user:archived:Partners".
type place string

// seedUser is one line of the people below; the status is active if empty.
type seedUser struct {
	name, email, status string
	places              []place
}

// seedApp is one line of the apps below. An empty slug is the id.
type seedApp struct {
	name, slug, workspace, owner string
	unreleased                   bool
	groups                       []string
}

var seedWorkspaces = []Workspace{
	{Name: "Sales", Slug: "sales", Default: true, Groups: []string{"Partners", "Finance"}},
	{Name: "Operations", Slug: "operations", Groups: []string{"Warehouse", "Field crew"}},
	{Name: "Support", Slug: "support", Groups: []string{"Tier 2"}},
}

var seedUsers = []seedUser{
	{"Ana Ruiz", "ana@example.com", "", []place{"sales:end-user::Partners", "operations:end-user"}},
	{"Bo Lind", "bo@partner.example", "", []place{"sales:end-user::Partners"}},
	{"Cy Okafor", "cy@example.com", "", []place{"operations:builder::Warehouse", "sales:end-user"}},
	{"Dana Ode", "dana@example.com", "", []place{"sales:builder", "support:builder"}},
	{"Dee Castro", "dee@example.com", "", []place{"sales:end-user", "support:end-user"}},
	{"Eve Marsh", "eve@example.com", "", []place{"operations:end-user::Field crew", "sales:end-user"}},
	{"Fay Moreau", "fay@vendor.example", "", []place{"sales:end-user::Partners"}},
	{"Gil Arden", "gil@example.com", "", []place{"sales:admin", "operations:admin", "support:admin"}},
	{"Hal Brandt", "hal@example.com", "", []place{"sales:end-user", "operations:end-user::Warehouse"}},
	{"Hana Ito", "hana@partner.example", "archived", []place{"sales:end-user:archived:Partners"}},
	{"Ivy Chen", "ivy@partner.example", "", []place{"operations:end-user::Field crew"}},
	{"Jon Vega", "jon@example.org", "", []place{"sales:builder::Finance"}},
	{"Kim Aalto", "kim@example.com", "", []place{"sales:admin", "support:admin"}},
	{"Leo Santos", "leo@example.org", "", []place{"support:end-user::Tier 2"}},
	{"Mia Novak", "mia@example.net", "invited", []place{"sales:end-user:invited"}},
	{"Ned Farrow", "ned@example.net", "", []place{"operations:end-user::Warehouse"}},
	{"Ola Berg", "ola@vendor.example", "", []place{"sales:end-user::Partners"}},
	{"Pia Keller", "pia@example.com", "", []place{"operations:admin"}},
	{"Quinn Abbott", "quinn@example.org", "", []place{"support:builder::Tier 2", "sales:end-user"}},
	{"Rosa Lima", "rosa@example.com", "", []place{"sales:end-user", "operations:end-user"}},
	{"Sam Oliver", "sam@example.com", "", []place{"operations:builder"}},
	{"Tess Wynn", "tess@partner.example", "", []place{"sales:end-user:archived:Partners", "support:end-user"}},
	{"Uma Rao", "uma@example.net", "", []place{"support:end-user"}},
	{"Vic Dunn", "vic@example.org", "archived", []place{"operations:end-user:archived"}},
	{"Wes Holm", "wes@example.com", "", []place{"operations:end-user:invited:Field crew", "sales:end-user"}},
	{"Xia Lam", "xia@example.com", "", []place{"sales:end-user::Finance"}},
	{"Yara Haddad", "yara@vendor.example", "", []place{"operations:end-user"}},
	{"Zed Novotny", "zed@example.net", "invited", []place{"support:end-user:invited"}},

	// Awkward on purpose, and last: what a list must survive.
	{"Åsa Björk-Łukasiewicz", "asa.bjork+orders@example.com", "", []place{"sales:end-user"}},
	{"田中 美咲（営業部）", "misaki@partner.example", "", []place{"sales:end-user::Partners"}},
	{"نور الهاشمي", "noor@example.org", "", []place{"support:end-user"}},
	{"שירה \u202eכהן", "shira@example.org", "", []place{"support:end-user"}},
	{`Conor "Mac" O'Brien`, "conor@example.com", "", []place{"sales:end-user"}},
	{"<b>Bea</b> <img src=x onerror=alert(1)>", "bea@example.com", "", []place{"sales:end-user"}},
	{"Finch & Sons; Ltd", "office@vendor.example", "", []place{"sales:end-user::Partners"}},
	{"Red \x1b[31mAlert\x1b[0m", "red@example.net", "", []place{"operations:end-user"}},
	{"Clip\x1b]52;c;cGF0X3N0b2xlbg==\x07board", "clip@example.net", "", []place{"operations:end-user"}},
	{"Split\r\nLine\tTab", "split@example.net", "", []place{"operations:end-user"}},
	{"👩‍👩‍👧‍👦 Family Office 🏳️‍🌈", "family@example.net", "", []place{"support:end-user"}},
	{"Z̷̢̛͖a̴͙̓͝l̵̬̿̕g̸̰̎o E\u0301mile", "emile@example.net", "", []place{"support:end-user"}},
	{
		"Maximiliane-Theodora Freifrau von Hohenlangenburg-Weissenstein zu Untertannenwald der Jüngeren",
		"maximiliane-theodora.freifrau-von-hohenlangenburg-weissenstein@subsidiary.department.vendor.example", "",
		[]place{"sales:end-user::Partners"},
	},
}

var seedApps = []seedApp{
	{"Orders portal", "orders", "sales", "dana@example.com", false, nil},
	{"Stock desk", "stock", "operations", "sam@example.com", false, nil},
	{"Field visits", "visits", "operations", "sam@example.com", false, nil},
	{"Returns", "returns", "sales", "dana@example.com", false, nil},
	{"Invoices", "invoices", "sales", "jon@example.org", false, []string{"Finance"}},
	{"Partner onboarding", "onboarding", "sales", "dana@example.com", false, []string{"Partners"}},
	{"Ticket queue", "tickets", "support", "quinn@example.org", false, nil},
	{"Knowledge base", "kb", "support", "quinn@example.org", false, nil},
	{"Escalations", "escalations", "support", "quinn@example.org", false, []string{"Tier 2"}},
	{"Warehouse map", "", "operations", "cy@example.com", false, []string{"Warehouse"}},
	{"Delivery slots", "delivery", "operations", "cy@example.com", false, nil},
	{"Price list", "", "sales", "jon@example.org", false, nil},
	{"Forecast 2027", "forecast", "sales", "dana@example.com", true, nil},

	// Awkward on purpose, and last.
	{"在庫管理・発注システム", "zaiko", "operations", "sam@example.com", false, nil},
	{`R&D "Lab" <beta>`, "r-and-d", "operations", "sam@example.com", false, nil},
	{"Panel \x1b]0;owned\x07\x1b[2J\r\nrest", "panel", "support", "quinn@example.org", false, nil},
	{
		"Quarterly reconciliation of consignment stock, deposits and returned packaging for all regional partners",
		"quarterly-reconciliation-of-consignment-stock-deposits-and-returned-packaging", "sales", "jon@example.org", false, nil,
	},
}

// seed fills an instance.
func (s *Server) seed() {
	for _, w := range seedWorkspaces {
		w.ID, w.Status, w.Groups = stableID("workspace", w.Slug), "active", slices.Clone(w.Groups)
		s.workspaces = append(s.workspaces, &w)
	}
	for _, line := range seedUsers {
		u := &User{ID: stableID("user", line.email), Name: line.name, Email: line.email, Status: line.status}
		if u.Status == "" {
			u.Status = "active"
		}
		for _, p := range line.places {
			u.Memberships = append(u.Memberships, p.membership())
		}
		s.users = append(s.users, u)
	}
	for _, line := range seedApps {
		a := &App{
			ID: stableID("app", line.name), Name: line.name, Slug: line.slug, WorkspaceID: stableID("workspace", line.workspace),
			OwnerID: stableID("user", line.owner), Released: !line.unreleased, Versions: []string{"v1"}, Groups: slices.Clone(line.groups),
		}
		if a.Slug == "" {
			a.Slug = a.ID
		}
		s.apps = append(s.apps, a)
	}
}

func (p place) membership() Membership {
	part := strings.Split(string(p)+":::", ":")
	m := Membership{WorkspaceID: stableID("workspace", part[0]), Role: part[1], Status: part[2], Groups: []string{}}
	if m.Status == "" {
		m.Status = "active"
	}
	if part[3] != "" {
		m.Groups = strings.Split(part[3], ",")
	}
	return m
}
