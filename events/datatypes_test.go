package events

import "testing"

func TestDataTypesAccept(t *testing.T) {
	for _, c := range []struct {
		dataType     POMDataType
		right, wrong []string
	}{
		{"", []string{"", "anything", " "}, nil},
		{DataInteger, []string{"", "0", "-7", "+7", "007", "9223372036854775807"}, []string{"9223372036854775808", "1.0", "1e3", "x", " 1"}},
		{DataFloat, []string{"", "0", "-0.5", "12.50", "+1"}, []string{".5", "5.", "1,5", "1e3", "NaN", "Inf", "0x1", "1_000"}},
		{DataBoolean, []string{"", "true", "false"}, []string{"True", "1", "yes"}},
		{DataDate, []string{"", "2026/03/31", "2024/02/29"}, []string{"2026/02/29", "2026-03-31", "31.03.2026", "2026/3/1", "2026/03/31 10:00"}},
	} {
		for _, value := range c.right {
			if !c.dataType.Accepts(value) {
				t.Errorf("%q does not accept %q", c.dataType, value)
			}
		}
		for _, value := range c.wrong {
			if c.dataType.Accepts(value) {
				t.Errorf("%q accepts %q", c.dataType, value)
			}
		}
	}
}
