package kit

import "patdesk/pat"

// Choice is what the list of tokens and the timeline share of one server: which rows a
// person wants to see, and which they have marked.
type Choice struct {
	Word   string         // the filter as typed, "" = all rows
	Filter pat.Filter     // what Word means
	Marks  map[int64]bool // by the numbers of tokens
}

// NewChoice is that of somebody who has chosen nothing.
func NewChoice() Choice { return Choice{Marks: map[int64]bool{}} }
