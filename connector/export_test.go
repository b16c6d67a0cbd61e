package connector

import "time"

// Hurried returns the configuration with little patience, for tests in which
// something does not come.
func Hurried(c Config) Config {
	c.patience = patience{
		silence: time.Second, grace: 200 * time.Millisecond, ack: time.Second,
		retry: 50 * time.Millisecond,
	}
	return c
}
