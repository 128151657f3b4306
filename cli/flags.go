package cli

import (
	"errors"
	"fmt"

	"github.com/agnivade/levenshtein"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"patdesk/pat"
)

// flagError puts a mistake in a flag into our words, with the flag that may be
// meant. What is no plain word is not repeated: it could be a secret.
func flagError(cmd *cobra.Command, err error) error {
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return badValue(cmd, bad.GetFlag(), err)
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return usage("%s", err)
	}
	name := unknown.GetSpecifiedName()
	p := &pat.Problem{ID: pat.IDUsage, Cause: "there is no such flag", Next: "See: " + cmd.CommandPath() + " --help", Err: err}
	if unknown.GetSpecifiedShortnames() != "" {
		return p
	}
	if plainWord.MatchString(name) {
		p.Cause = fmt.Sprintf("there is no flag --%s", name)
	}
	if near := nearFlag(cmd, name); near != "" {
		p.Next = fmt.Sprintf("Did you mean: --%s?", near)
	}
	return p
}

// badValue says what a flag takes, where that is known of its type.
func badValue(cmd *cobra.Command, f *pflag.Flag, err error) error {
	p := &pat.Problem{ID: pat.IDUsage, Next: "See: " + cmd.CommandPath() + " --help", Err: err}
	switch f.Value.Type() {
	case "bool":
		p.Cause = fmt.Sprintf("--%s stands alone, or with =true or =false", f.Name)
	case "int", "int64":
		p.Cause = fmt.Sprintf("--%s wants a whole number", f.Name)
	default:
		p.Cause = err.Error()
	}
	return p
}

// nearFlag is the flag of a command that differs least from a name, or "".
func nearFlag(cmd *cobra.Command, name string) string {
	best, edits := "", 3
	look := func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		if d := levenshtein.ComputeDistance(name, f.Name); d < edits && d < len(f.Name) {
			best, edits = f.Name, d
		}
	}
	cmd.Flags().VisitAll(look)
	cmd.InheritedFlags().VisitAll(look)
	return best
}
