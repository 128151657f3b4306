package cli

import (
	"slices"
	"strings"

	"patdesk/config"
	"patdesk/pat"
)

// permitProfile is what forbids a profile at this seat.
func (s *seat) permitProfile(name string) error {
	if mayUse(s.member, name) {
		return nil
	}
	return s.deny("use profile "+name, "theirs are "+strings.Join(s.member.Profiles, ", "))
}

// limit puts the member's rights into the settings of a profile.
func (s *seat) limit(set *pat.Settings) {
	profile := set.Profile
	set.Rights = rightsOf(s.team, s.member, profile)
	set.Rights.Now = func() *pat.Rights { return s.rightsNow(profile) }
}

// rightsNow are the member's rights as team.toml says them by now.
func (s *seat) rightsNow(profile string) *pat.Rights {
	none := pat.Rights{Name: s.member.Name}
	team, err := s.roster.Team()
	if err != nil {
		none.Over = "team.toml was changed, and cannot be read"
		return &none
	}
	m := team.Member(s.member.Name)
	switch {
	case m == nil || m.Machine != s.member.Machine:
		none.Over = "team.toml no longer names them"
		return &none
	case !mayUse(m, profile):
		none.Over = "profile " + profile + " is no longer theirs"
		return &none
	}
	return rightsOf(team, m, profile)
}

// rightsOf are those of a member at a profile.
func rightsOf(team *config.Team, m *config.Member, profile string) *pat.Rights {
	return &pat.Rights{
		Name: m.Name, Role: pat.Role(m.Role), Apps: m.Apps, Spaces: m.Spaces, Until: m.Until, Rate: m.Rate, MaxLife: m.MaxLife.Duration,
		Reveal: team.Reveal[profile],
	}
}

// mayUse reports whether a profile is one of a member's.
func mayUse(m *config.Member, profile string) bool {
	return len(m.Profiles) == 0 || slices.Contains(m.Profiles, profile)
}
