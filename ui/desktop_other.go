//go:build !linux

package ui

import (
	"context"
	"errors"
)

// notifyDesktop is for desktops with a session bus.
func notifyDesktop(context.Context, func(string) string, string, string) error {
	return errors.New("there is no session bus on this system")
}
