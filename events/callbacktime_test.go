package events

import "testing"

func TestCallbackTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026/03/02 09:30":  "2026/03/02 09:30",
		"2026/03/02/ 09:30": "2026/03/02 09:30",
		"2028/02/29 23:59":  "2028/02/29 23:59",
		"2026/02/29 09:30":  "",
		"2026/13/02 09:30":  "",
		"2026/03/02 24:00":  "",
		"2026/03/02 9:30":   "",
		"2026/3/2 09:30":    "",
		"2026-03-02 09:30":  "",
		"2026/03/02 09:30 ": "",
		"":                  "",
	} {
		at, valid := ParseCallbackTime(text)
		if valid != (want != "") || valid && FormatCallbackTime(at) != want {
			t.Errorf("%q is %d, %v; want %q", text, at, valid, want)
		}
	}
	if at, _ := ParseCallbackTime("1970/01/02 00:01"); at != 86_460_000_000 {
		t.Errorf("a day and a minute are %d microseconds", at)
	}
}
