package pat

// PeoplePage is where a super admin archives people of the whole server, in ToolJet's
// own interface (docs, "Archive a user": Settings > All Users).
func PeoplePage(i *Issuer) string {
	base := i.Settings.Server
	if i.Client != nil {
		base = i.Client.BaseURL()
	}
	return base + "/instance-settings/all-users"
}
