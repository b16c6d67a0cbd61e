package sheet_test

import (
	"testing"

	"github.com/deskbus/deskbus/internal/sheet"
)

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"1001":                   "1001",
		"sip:ada@example.com":    "sip:ada@example.com",
		`=HYPERLINK("http://x")`: `'=HYPERLINK("http://x")`,
		"+4930123":               "'+4930123",
		"-1+2":                   "'-1+2",
		"@SUM(A1)":               "'@SUM(A1)",
		"\t=1":                   "'\t=1",
		"'quoted":                "''quoted",
	} {
		if got := sheet.Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
