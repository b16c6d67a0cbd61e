package events

import "time"

// callbackTime is how the time of a callback is written, in UTC (L1843, L2909).
const callbackTime = "2006/01/02 15:04"

// ParseCallbackTime returns the time of a callback in microseconds since 1970,
// UTC. The form with a slash after the day (L1861) is the same (reading 24).
func ParseCallbackTime(text string) (int64, bool) {
	for _, layout := range []string{callbackTime, "2006/01/02/ 15:04"} {
		// time.Parse takes an hour of one digit; the specification does not.
		if at, err := time.Parse(layout, text); err == nil && at.Format(layout) == text {
			return at.UnixMicro(), true
		}
	}
	return 0, false
}

// FormatCallbackTime writes the time of a callback.
func FormatCallbackTime(at int64) string { return time.UnixMicro(at).UTC().Format(callbackTime) }
