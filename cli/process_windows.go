package cli

// hardenProcess has nothing to set here: files are private by the ACL of the
// person's profile folder.
func hardenProcess() {}
