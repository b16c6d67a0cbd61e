package events

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// FuzzDataTypes compares what is accepted with what the value means: who reads
// an accepted value finds a number or a day in it, and no other writing of it
// is refused.
func FuzzDataTypes(f *testing.F) {
	for _, value := range []string{
		"", "0", "-7", "+7", "9223372036854775808", "12.50", ".5", "5.", "1e3", "NaN", "0x1p-2", "1_000", "true", "falſe",
		"2024/02/29", "2026/02/29", "1900/02/29", "2026/13/01", "2026/04/31", "2026/3/1", "０", "\xff", "1\n",
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		for dataType, want := range map[POMDataType]bool{
			"": true, DataInteger: isInteger(value), DataFloat: isFloat(value), DataDate: isDay(value),
			DataBoolean: value == "true" || value == "false",
		} {
			if got := dataType.Accepts(value); got != (want || value == "") {
				t.Errorf("%q accepts %q: %v", dataType, value, got)
			}
		}
	})
}

const digits = "0123456789"

func isInteger(value string) bool {
	n, ok := new(big.Int).SetString(value, 10)
	return ok && n.IsInt64()
}

// isFloat is one sign at most, digits, and digits again after a point.
func isFloat(value string) bool {
	whole, part, hasPoint := strings.Cut(strings.TrimPrefix(strings.Replace(value, "-", "+", 1), "+"), ".")
	only := func(s string) bool { return s != "" && strings.Trim(s, digits) == "" }
	signFirst := strings.LastIndexAny(value, "+-") <= 0
	return signFirst && only(whole) && only(part) == hasPoint && (hasPoint || part == "")
}

// isDay counts the days of the month by hand.
func isDay(value string) bool {
	var y, m, d int
	if n, err := fmt.Sscanf(value, "%4d/%2d/%2d", &y, &m, &d); n != 3 || err != nil || len(value) != len("yyyy/MM/dd") {
		return false
	}
	if fmt.Sprintf("%04d/%02d/%02d", y, m, d) != value || m < 1 || m > 12 {
		return false
	}
	last := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		last = 29
	}
	return d >= 1 && d <= last
}
