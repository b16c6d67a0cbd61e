package zone

import (
	"testing"
	"time"
)

// TestClock: it follows the broker's clock, also when that is set forward, and
// neither stands still nor goes back when it is set back.
func TestClock(t *testing.T) {
	const second = int64(1_000_000)
	c := newClock(100 * second)
	for i, step := range []struct{ wall, passed, want int64 }{
		{90, 2, 101},  // another leader's clock was ahead
		{92, 2, 102},  // and still is
		{103, 1, 103}, // not any more
		{200, 1, 200}, // set forward
		{110, 10, 205},
		{206, 96, 253}, // set back: 96 s have passed all the same
		{254, 48, 277},
		{290, 20, 290},
	} {
		if got := c.step(step.wall*second, time.Duration(step.passed)*time.Second); got != step.want*second {
			t.Errorf("step %d: %d, want %d", i, got, step.want*second)
		}
	}
}
