package pat

import (
	"context"

	"patdesk/history"
)

// Actor is who does something, see history.WithActor.
type Actor = history.Actor

// Actor is who issues where nothing else is said.
func (i *Issuer) Actor() Actor {
	switch {
	case i == nil:
		return Actor{}
	case i.actor != nil:
		return *i.actor
	case i.History == nil:
		return Actor{}
	}
	return i.History.Actor(context.Background())
}

// Who names who did something: "you" if it was this person on this machine.
func (i *Issuer) Who(name, machine string) string {
	if a := i.Actor(); name != "" && name == a.Name && machine == a.Machine {
		return "you"
	}
	return name
}
