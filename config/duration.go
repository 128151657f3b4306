package config

import (
	"errors"
	"time"

	"patdesk/span"
)

// Duration is a span of time in the configuration file, written as 45s, 90m,
// 2h30m, 7d or 1w. 0 means "never" or "no limit", as the setting says.
type Duration struct{ time.Duration }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	if string(text) == "0" {
		d.Duration = 0
		return nil
	}
	v, ok := span.Parse(string(text))
	if !ok || v > span.Max {
		return errors.New("write a duration as 45s, 90m, 2h30m or 7d, at most ten years")
	}
	d.Duration = v
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String returns the shortest form that is read back as the same span.
func (d Duration) String() string { return span.Format(d.Duration) }
