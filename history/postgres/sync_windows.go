package postgres

// syncFolders does nothing: Windows writes names down by itself.
func syncFolders(...string) error { return nil }
