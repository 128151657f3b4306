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

// The doors of a desk that several share.
const (
	DoorSSHD  = "sshd"
	DoorServe = "patdesk serve"
)

// LoginWords say through which door somebody came and with which key, by its fingerprint;
// "" if the door does not say it.
func LoginWords(door, key string) string {
	if key == "" {
		return "through " + door + ", which did not say with which key"
	}
	return "through " + door + " with the key " + key
}
