// Package console tests the console as people use it: on a real pty, with an
// emulated terminal on the other side.
package console
