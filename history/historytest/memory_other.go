//go:build !linux

package historytest

func inMemory() (string, bool) { return "", false }
