package config

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

var errValue = errors.New("not a value of this type")

// PerMille is a share in thousandths, written as a percentage: "2.5%".
type PerMille int

// UnmarshalText reads a percentage with at most one decimal.
func (p *PerMille) UnmarshalText(text []byte) error {
	number, found := strings.CutSuffix(string(text), "%")
	percent, err := strconv.ParseFloat(number, 64)
	tenths := math.Round(percent * 10)
	if !found || err != nil || !(tenths >= 0 && tenths <= 1000) || math.Abs(percent*10-tenths) > 1e-9 {
		return errValue
	}
	*p = PerMille(tenths)
	return nil
}

func (PerMille) wanted() string { return "a percentage such as 3% or 2.5%" }

// TimeOfDay is in minutes after midnight, written as "08:30".
type TimeOfDay int

// UnmarshalText reads a time of day; "24:00" is the end of the day.
func (t *TimeOfDay) UnmarshalText(text []byte) error {
	if string(text) == "24:00" {
		*t = 24 * 60
		return nil
	}
	at, err := time.Parse("15:04", string(text))
	*t = TimeOfDay(at.Hour()*60 + at.Minute())
	return err
}

func (TimeOfDay) wanted() string { return `a time of day such as "08:30", from "00:00" to "24:00"` }

// Weekday is a day of the week, written as its first three letters.
type Weekday time.Weekday

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// UnmarshalText reads "mon" to "sun".
func (d *Weekday) UnmarshalText(text []byte) error {
	i := slices.Index(weekdays, string(text))
	if i < 0 {
		return errValue
	}
	*d = Weekday(i)
	return nil
}

func (Weekday) wanted() string { return "mon, tue, wed, thu, fri, sat or sun" }

// list names values in a message: "a, b or c".
func list[T ~string](values []T) string {
	last := len(values) - 1
	var s strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == last:
			s.WriteString(" or ")
		default:
			s.WriteString(", ")
		}
		s.WriteString(string(v))
	}
	return s.String()
}
