package ui

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// desktop takes messages as a desktop does.
type desktop struct{ got chan string }

func (d desktop) Notify(app string, _ uint32, _, title, body string, _ []string, _ map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	d.got <- app + "|" + title + "|" + body
	return 1, nil
}

// Ensure that a message reaches the desktop over a session bus, as text and no markup,
// and that no bus is started where there is none.
func TestNotifyDesktop(t *testing.T) {
	t.Parallel()
	if err := notifyDesktop(t.Context(), func(string) string { return "" }, "patdesk", "x"); err == nil {
		t.Error("a message was shown without a bus")
	}
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("there is no dbus-daemon")
	}
	cmd := exec.CommandContext(t.Context(), daemon, "--session", "--nofork", "--print-address")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := strings.TrimSpace(line)
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = bus.Close() }()
	d := desktop{got: make(chan string, 1)}
	if err := bus.Export(d, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName("org.freedesktop.Notifications", 0); err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string { return map[string]string{"DBUS_SESSION_BUS_ADDRESS": address}[name] }
	if err := notifyDesktop(t.Context(), getenv, "patdesk", "1 token ended: <b>ana</b>"); err != nil {
		t.Fatal(err)
	}
	if got := <-d.got; got != "patdesk|patdesk|1 token ended: &lt;b&gt;ana&lt;/b&gt;" {
		t.Error(got)
	}
}
