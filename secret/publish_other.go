//go:build !linux

package secret

import "errors"

// publish has no counterpart here.
func publish(string, []byte) error { return errors.ErrUnsupported }
