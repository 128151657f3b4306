package pat

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"patdesk/address"
	"patdesk/client"
	"patdesk/csp"
)

// settingFrames is the setting with which ToolJet forbids frames, by
// X-Frame-Options (contract, 6).
const settingFrames = "DISABLE_APP_EMBED"

func (f *framing) warn(format string, args ...any) {
	f.Warnings = append(f.Warnings, fmt.Sprintf(format, args...))
}

func (f *framing) set(name string) {
	if f.ServerSetting != "" {
		name = f.ServerSetting + ", " + name
	}
	f.ServerSetting = name
}

// say sets the verdict on the embed page.
func (f *framing) say(may *bool, next, format string, args ...any) {
	f.MayFrame, f.Next, f.Reason = may, next, fmt.Sprintf(format, args...)
}

// judgeEmbed says whether the embed page may be shown, by the page at portal, or by
// pages in general where portal is nil: the frame-ancestors of every policy must
// allow it, and only where none has it X-Frame-Options counts (HTML, 7.6.2).
func (f *framing) judgeEmbed(portal *url.URL) {
	var limits [][]string
	for _, p := range f.policies {
		if sources, is := p.Ancestors(); is {
			limits = append(limits, sources)
		}
	}
	if len(limits) == 0 {
		f.judgeOptions(portal)
	} else {
		f.judgeAncestors(limits, portal)
	}
	if portal == nil && f.MayFrame != nil && *f.MayFrame && address.InClear(f.URL) {
		f.say(nil, "Serve ToolJet by https, and set TOOLJET_HOST so", "it is plain http: a browser shows it in pages that are http themselves, and blocks it in an https page")
	}
}

// judgeOptions reads X-Frame-Options as browsers do: what is neither DENY nor
// SAMEORIGIN counts for nothing, unless one of them stands beside it.
func (f *framing) judgeOptions(portal *url.URL) {
	var values []string
	for _, header := range f.page.FrameOptions {
		for v := range strings.SplitSeq(header, ",") {
			if v = strings.ToUpper(strings.TrimSpace(v)); v != "" && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
	}
	known := slices.ContainsFunc(values, func(v string) bool { return v == "DENY" || v == "SAMEORIGIN" || v == "ALLOWALL" })
	same := portal != nil && address.OriginOf(portal) == address.OriginOf(f.address)
	const next = "Unset " + settingFrames + " on the server, or the header in the proxy before it"
	switch all := strings.Join(values, ", "); {
	case len(values) > 1 && known:
		f.say(new(false), next, "X-Frame-Options %s: browsers take several values for DENY", all)
	case all == "SAMEORIGIN" && same:
		f.say(new(true), "", "X-Frame-Options SAMEORIGIN, and the page is of the same origin")
		return
	case all == "DENY", all == "SAMEORIGIN":
		f.say(new(false), next, "X-Frame-Options %s: no page of another site may show it in a frame", all)
	case all != "":
		f.say(new(true), "", "any page may show it in a frame (no browser reads X-Frame-Options %s)", all)
		return
	default:
		f.say(new(true), "", "any page may show it in a frame (no X-Frame-Options, no frame-ancestors)")
		return
	}
	f.set(settingFrames)
}

// judgeAncestors reads the sources of every frame-ancestors.
func (f *framing) judgeAncestors(limits [][]string, portal *url.URL) {
	var named []string
	for _, sources := range limits {
		words := strings.Join(sources, " ")
		switch alone := strings.ToLower(words); {
		case portal != nil && !csp.MatchesOrigin(sources, f.address, portal):
			f.say(new(false), fmt.Sprintf("Add %s to frame-ancestors, which the proxy before ToolJet sends", portal.Scheme+"://"+portal.Host),
				"frame-ancestors %s: that does not name %s", first(words, "'none'"), portal.Scheme+"://"+portal.Host)
			return
		case portal == nil && (alone == "" || alone == "'none'" || alone == "'self'"):
			f.say(new(false), "Add the portal's address to frame-ancestors, which the proxy before ToolJet sends",
				"frame-ancestors %s: no page of another site may show it in a frame", first(words, "'none'"))
			return
		case !slices.Contains(sources, "*"):
			named = append(named, words)
		}
	}
	all := strings.Join(named, ", and only by those that are also among ")
	switch {
	case len(named) == 0:
		f.say(new(true), "", "any page may show it in a frame (frame-ancestors *)")
	case portal != nil:
		f.say(new(true), "", "frame-ancestors %s names the page", all)
	case slices.Equal(named, []string{"https:"}):
		f.say(new(true), "", "any https page may show it in a frame (frame-ancestors https:)")
	default:
		f.say(nil, "Ask about the portal's page: patdesk framing --page URL", "it may be shown in a frame by pages of %s", all)
	}
}

// judgeCookies tells of cookies that a frame of another site does not get. The
// token needs none: it travels in a header (contract, 6).
func (f *framing) judgeCookies(cookies []client.Cookie) {
	var kept, refused, third []string
	for _, c := range cookies {
		switch {
		case c.SameSite != "None":
			kept = append(kept, fmt.Sprintf("%s (SameSite=%s)", c.Name, first(c.SameSite, "Lax, as none is given")))
			if strings.HasPrefix(c.Name, "tj_") {
				f.set("ENABLE_PRIVATE_APP_EMBED")
			}
		case !c.Secure:
			refused = append(refused, c.Name)
		case !c.Parts:
			third = append(third, c.Name)
		}
	}
	const who = "an embed token needs no cookie, but a gate or a load balancer that set it may"
	if len(kept) > 0 {
		f.warn("browsers leave out %s in a frame of another site: %s", strings.Join(kept, ", "), who)
	}
	if len(refused) > 0 {
		f.warn("browsers refuse %s, which is SameSite=None without Secure: %s", strings.Join(refused, ", "), who)
	}
	if len(third) > 0 {
		f.warn("%s is a third-party cookie in a frame, which many browsers block: %s", strings.Join(third, ", "), who)
	}
}

// judgePage says whether one page of a portal may show the embed page.
func (f *framing) judgePage(address string, p client.Page, err error) {
	u, perr := url.Parse(strings.TrimSpace(address))
	f.Page = &PageFraming{URL: withoutQuery(u)}
	say := func(may *bool, next, format string, args ...any) {
		f.Page.MayFrame, f.Page.next, f.Page.Reason = may, next, fmt.Sprintf(format, args...)
	}
	switch {
	case err != nil && perr == nil && f.refuses(u):
		say(f.MayFrame, f.Next, "%s; whatever the page sends: it cannot be read from here", f.Reason)
		return
	case err != nil || perr != nil:
		say(nil, "Give the address at which the page itself answers, without a sign-in", "it cannot be read from here: %s", pageError(err))
		return
	case f.blockedByPolicy(u, p, say), f.blockedByEmbedder(p, say), f.mixed(u, p, say):
		return
	}
	f.judgeEmbed(u)
	if !f.read {
		f.Reason = first(f.Reason, "the embed page could not be read")
		say(nil, f.Next, "%s", f.Reason)
		return
	}
	reason := f.Reason
	if f.MayFrame != nil && *f.MayFrame {
		reason = "nothing on either side forbids it: " + f.Reason
	}
	say(f.MayFrame, f.Next, "%s", reason)
}

// refuses reports whether ToolJet's headers alone keep a page from showing the embed
// page, and then says so.
func (f *framing) refuses(u *url.URL) bool {
	own := *f
	if own.judgeEmbed(u); !own.read || own.MayFrame == nil || *own.MayFrame {
		return false
	}
	f.judgeEmbed(u)
	return true
}

// blockedByPolicy looks for a policy of the portal that does not allow the frame,
// and makes the line with which it would.
func (f *framing) blockedByPolicy(u *url.URL, p client.Page, say func(*bool, string, string, ...any)) bool {
	target := *f.address
	policies := csp.Parse(append(slices.Clone(p.Policies), p.MetaPolicies...)...)
	for _, policy := range policies {
		if target.Scheme == "http" && policy.Upgrades() {
			target.Scheme = "https"
		}
	}
	for _, policy := range policies {
		name, sources := policy.FrameSource()
		if name == "" || csp.Matches(sources, u, &target) {
			continue
		}
		line := "frame-src"
		for _, s := range append(slices.DeleteFunc(slices.Clone(sources), notOfFrames), f.origin()) {
			line += " " + s
		}
		f.PortalLine = "Content-Security-Policy: " + line
		say(new(false), "Let its Content-Security-Policy say: "+line, "its Content-Security-Policy has %s, which does not allow %s", strings.TrimSpace(name+" "+strings.Join(sources, " ")), f.origin())
		return true
	}
	return false
}

// notOfFrames reports whether a source of default-src means nothing for frames.
func notOfFrames(source string) bool {
	return strings.HasPrefix(source, "'") && !strings.EqualFold(source, "'self'")
}

// blockedByEmbedder looks for Cross-Origin-Embedder-Policy, under which a frame
// must have it too (HTML, 7.1.4).
func (f *framing) blockedByEmbedder(p client.Page, say func(*bool, string, string, ...any)) bool {
	wants := func(header string) bool {
		word, _, _ := strings.Cut(header, ";")
		word = strings.ToLower(strings.TrimSpace(word))
		return word == "require-corp" || word == "credentialless"
	}
	if !f.read || !wants(p.Embedder) || wants(f.page.Embedder) {
		return false
	}
	say(new(false), "Take Cross-Origin-Embedder-Policy off that page, or let the proxy before ToolJet send it too", "it sends Cross-Origin-Embedder-Policy %s, and ToolJet does not: browsers block the frame", p.Embedder)
	return true
}

// mixed looks for an http frame in an https page (Mixed Content, 4.4). Addresses of
// this computer count as safe there.
func (f *framing) mixed(u *url.URL, p client.Page, say func(*bool, string, string, ...any)) bool {
	if u.Scheme != "https" || !address.InClear(f.URL) {
		return false
	}
	if slices.ContainsFunc(csp.Parse(append(slices.Clone(p.Policies), p.MetaPolicies...)...), csp.Policy.Upgrades) {
		f.warn("the page asks for http addresses by https (upgrade-insecure-requests): ToolJet must answer there too")
		return false
	}
	f.set("TOOLJET_HOST")
	say(new(false), "Serve ToolJet by https, and set TOOLJET_HOST so", "the page is https and the embed page plain http: browsers block it as mixed content")
	return true
}

// pageError says why a page could not be read, in a few words.
func pageError(err error) string {
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case !ok:
		return "it is no address"
	case e.Failure == client.FailRedirect:
		return "it redirects to " + first(e.Target, "another address")
	case e.Status >= 400:
		return fmt.Sprintf("it answers with status %d", e.Status)
	default:
		return Explain(&StageError{Stage: StageRead, Err: err}).Title
	}
}

// withoutQuery is an address as it may be shown: a query can hold what is nobody's
// business.
func withoutQuery(u *url.URL) string {
	if u == nil {
		return ""
	}
	plain := *u
	plain.User, plain.RawQuery, plain.Fragment, plain.ForceQuery = nil, "", "", false
	return plain.String()
}

// inputOf is an error of the client about what it was given, or nil.
func inputOf(err error) *client.Error {
	if e, ok := errors.AsType[*client.Error](err); ok && e.Failure == client.FailInput && e.Err != nil {
		return e
	}
	return nil
}
