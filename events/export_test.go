package events

import "testing"

// Sample returns an event with every field set, for tests outside the package.
func Sample(t testing.TB, kind Kind, name string) Event { return sample(t, kind, name) }
