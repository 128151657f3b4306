package span

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"patdesk/pattern"
)

// spelled is a length of time as people write it in a sentence: a number, or a
// fraction of one, and a unit.
var spelled = pattern.New(`^([+-]?)([0-9]+)([.,][0-9]+)?\s*([\p{L}]*)$`)

// letters are the words for units, each with the letter that this notation uses.
var letters = map[string]byte{
	"sec": 's', "secs": 's', "second": 's', "seconds": 's',
	"min": 'm', "mins": 'm', "minute": 'm', "minutes": 'm',
	"hr": 'h', "hrs": 'h', "hour": 'h', "hours": 'h',
	"day": 'd', "days": 'd',
	"wk": 'w', "wks": 'w', "week": 'w', "weeks": 'w',
}

// parted are two numbers with a gap between them, which are not one number.
var parted = pattern.New(`[0-9]\s+[0-9]`)

// Fault says why Parse does not take s, and what to write in its place. It
// repeats s short and printable.
func Fault(s string) error {
	text := strings.TrimSpace(s)
	const or = "use 90m, 2h30m, 7d or a date such as 2026-12-01"
	if text == "" {
		return errors.New("say how long: 90m, 2h30m, 7d or a date such as 2026-12-01")
	}
	if n, ok := capitalM(text); ok {
		return fmt.Errorf("%s could be a minute or a month: write %sm for minutes, or %s for months of 30 days", quoted(text), n, thirty(n))
	}
	if together := strings.Join(strings.Fields(text), ""); together != text && !parted.MatchString(text) {
		if _, ok := Parse(together); ok {
			return fmt.Errorf("%s: write %s", quoted(text), quoted(together))
		}
	}
	m := spelled.FindStringSubmatch(text)
	if m == nil {
		return fmt.Errorf("%s: %s", quoted(text), or)
	}
	sign, number, fraction, unit := m[1], strings.TrimLeft(m[2], "0"), m[3], strings.ToLower(m[4])
	switch {
	case sign != "":
		return fmt.Errorf("%s: a length of time has no sign; %s", quoted(text), or)
	case fraction != "":
		return fmt.Errorf("%s: no fractions; write 90m for one and a half hours, or %s", quoted(text), strings.TrimPrefix(or, "use "))
	case number == "":
		return fmt.Errorf("%s: %s", quoted(text), or)
	case unit == "":
		return fmt.Errorf("%s: add a unit, as in %ss, %sm, %sh or %sd", quoted(text), quoted(number), quoted(number), quoted(number), quoted(number))
	}
	switch letter, known := letters[unit]; {
	case known && len(number) <= 9:
		return fmt.Errorf("%s: write %s%c", quoted(text), number, letter)
	case strings.HasPrefix(unit, "mo"):
		return fmt.Errorf("%s: months differ in length; write %s, or the date of the end", quoted(text), thirty(number))
	case unit == "y" || strings.HasPrefix(unit, "yr") || strings.HasPrefix(unit, "year"):
		return fmt.Errorf("%s: years differ in length; write 365d, or the date of the end", quoted(text))
	case len(unit) == 1 && strings.ContainsRune("smhdw", rune(unit[0])):
		return fmt.Errorf("%s: ten years is the longest", quoted(text))
	}
	return fmt.Errorf("%s: %s", quoted(text), or)
}

// mixed is a span in which M stands for a unit.
var mixed = pattern.New(`^(?:[0-9]+[wdhWDH])*([0-9]+) ?M(?:[0-9]+[sS])?$`)

// capitalM returns the number before a unit M.
func capitalM(text string) (number string, ok bool) {
	m := mixed.FindStringSubmatch(text)
	if m == nil || strings.Trim(m[1], "0") == "" {
		return "", false
	}
	return quoted(m[1]), true
}

// thirty is that many months of thirty days.
func thirty(months string) string {
	n, err := strconv.Atoi(months)
	if err != nil || n < 1 || n > 120 {
		return "30d"
	}
	return strconv.Itoa(30*n) + "d"
}
