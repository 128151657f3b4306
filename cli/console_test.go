package cli

import "testing"

// Ensure the sandbox that is opened beside a configuration leaves its profiles in
// reach, and that the one of --demo brings its own, proven as it says.
func TestConsole_Sandbox(t *testing.T) {
	n, err := aside(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if n.Config != nil || !n.Demo || n.Issuer == nil {
		t.Errorf("%+v", n)
	}
	d, err := demoSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if p := d.Config.Profiles["demo"]; p == nil || p != d.Profile || p.UnitProven() != d.Issuer.Settings.UnitProven {
		t.Errorf("%+v", p)
	}
}
