// Package e2e tests the program as people run it: as a process, with the sandbox
// as another process on the other side of a socket.
package e2e
