// Package term decides what may reach a terminal and what may leave for a
// clipboard.
//
// Foreign text (from a server, a file, the environment or the command line)
// becomes a Text by Clean and is shown in no other way: a Text is one line
// without control characters and of bounded width. The Clipboard copies a
// secret with one of three honest results and later removes only what is still
// ours. No function here prints a secret or puts one into an argument list or
// an environment.
package term
