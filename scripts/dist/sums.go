package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// results are the names of what lies in the folder of the results, less the sums
// and what is not of a release, as the manual pages of make man.
func (r *release) results() (names []string, err error) {
	for _, pattern := range []string{"patdesk-*", "patdesk_*", "recipes/*/*"} {
		found, err := filepath.Glob(filepath.Join(r.out, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			name, err := filepath.Rel(r.out, path)
			if err != nil {
				return nil, err
			}
			names = append(names, filepath.ToSlash(name))
		}
	}
	slices.Sort(names)
	return names, nil
}

// clear removes the results of an earlier release, which must not get into the sums.
func (r *release) clear() error {
	names, err := r.results()
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Remove(filepath.Join(r.out, name)); err != nil {
			return err
		}
	}
	return nil
}

// sums writes SHA256SUMS of all results, as sha256sum -c reads it.
func (r *release) sums() error {
	names, err := r.results()
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(data), name)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
