// Package browser tests what portals paste, in a real browser.
package browser
