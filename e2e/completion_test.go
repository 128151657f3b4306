package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"patdesk/e2e/e2etest"
	"patdesk/ui/term/termtest"
)

// shells are how each shell is asked, without a person, what it would propose for
// the line in LINE. Bash and zsh get stand-ins for the parts of their completion
// systems that only work at a prompt.
var shells = map[string]string{
	"bash": `
_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}; words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
__ltrim_colon_completions() { :; }
compopt() { :; }
source <(patdesk completion bash)
read -ra COMP_WORDS <<<"$LINE"
case $LINE in *" ") COMP_WORDS+=("");; esac
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$LINE COMP_POINT=${#LINE} COMP_TYPE=9
__start_patdesk
printf '%s\n' "${COMPREPLY[@]}"`,
	"zsh": `
compdef() { :; }
_describe() { shift; [[ $1 == -* ]] && shift; for a in $@; do [[ $a == -* ]] || { print -l -- ${(P)a}; break } done }
source <(patdesk completion zsh)
words=(${=LINE}); [[ $LINE == *" " ]] && words+=("")
CURRENT=${#words}
_patdesk`,
	"fish": `
patdesk completion fish | source
complete -C "$LINE"`,
}

// Ensure the scripts for the shells work in the shells themselves.
func TestCompletion_Shells(t *testing.T) {
	e2etest.SkipShort(t)
	t.Parallel()
	env, _ := e2etest.Desk(t)
	for shell, script := range shells {
		t.Run(shell, func(t *testing.T) {
			path := termtest.Need(t, shell)
			args := map[string][]string{"bash": {"--norc", "-c", script}, "zsh": {"-f", "-c", script}, "fish": {"--no-config", "-c", script}}[shell]
			for line, want := range map[string]string{
				"patdesk list --state u":            "urgent",
				"patdesk show ":                     "1",
				"patdesk issue a":                   "ana@example.com",
				"patdesk issue ana@example.com ":    "orders",
				"patdesk show 1 -o if":              "iframe",
				"patdesk help exit":                 "exit-codes",
				"patdesk comp":                      "completion",
				"patdesk copy 1 --as nothing-of-it": "",
			} {
				cmd := exec.CommandContext(t.Context(), path, args...)
				cmd.Env = append(slices.Clone(env), "LINE="+line)
				out, err := cmd.CombinedOutput()
				var words []string
				for l := range strings.Lines(string(out)) {
					word := strings.FieldsFunc(l, func(r rune) bool { return strings.ContainsRune(" \t\n:(", r) })
					if len(word) > 0 {
						words = append(words, word[0])
					}
				}
				if want == "" && len(words) > 0 || want != "" && !slices.Contains(words, want) {
					t.Errorf("%q proposes %q, want %q: %v\n%s", line, words, want, err, out)
				}
			}
		})
	}
}
