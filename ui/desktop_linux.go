package ui

import (
	"context"
	"errors"
	"html"

	"github.com/godbus/dbus/v5"
)

// notifyDesktop shows a message of the desktop (Desktop Notifications Specification,
// org.freedesktop.Notifications). No bus is started for it.
func notifyDesktop(ctx context.Context, getenv func(string) string, title, text string) error {
	address := getenv("DBUS_SESSION_BUS_ADDRESS")
	if address == "" {
		return errors.New("there is no session bus")
	}
	bus, err := dbus.Connect(address, dbus.WithContext(ctx))
	if err != nil {
		return err
	}
	defer func() { _ = bus.Close() }()
	// Its body may be read as markup.
	return bus.Object("org.freedesktop.Notifications", "/org/freedesktop/Notifications").CallWithContext(ctx,
		"org.freedesktop.Notifications.Notify", 0, "patdesk", uint32(0), "", title, html.EscapeString(text),
		[]string{}, map[string]dbus.Variant{}, int32(-1)).Err
}
