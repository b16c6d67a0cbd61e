// Package sheet writes the cells of a CSV, which somebody will open in a spreadsheet.
package sheet

import "strings"

// Text returns the cell for a text. A spreadsheet calculates what looks like a
// formula, and the text may be a stranger's. So one that begins like a formula, or
// with the apostrophe itself, has an apostrophe before it; without that the text is
// as it was.
func Text(s string) string {
	if s != "" && strings.IndexByte("=+-@\t\r'", s[0]) >= 0 {
		return "'" + s
	}
	return s
}
