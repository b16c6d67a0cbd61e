package connector

import "time"

// Patient returns the configuration with which a zone counts as served for a minute
// after a heartbeat, and what was missed is read for as long: a slow machine is late
// with both. A configuration that has a patience keeps it.
func Patient(c Config) Config {
	if c.patience == (patience{}) {
		c.patience = ordinaryPatience
		c.patience.silence, c.patience.history = time.Minute, time.Minute
	}
	return c
}

// Hurried returns the configuration with little patience, for tests in which an
// answer does not come.
func Hurried(c Config) Config {
	c.patience = patience{
		silence: time.Minute, grace: 200 * time.Millisecond, ack: time.Second,
		retry: 50 * time.Millisecond, history: 500 * time.Millisecond,
	}
	return c
}

// Ordinary returns the configuration with the patience of every desktop, for tests
// in which heartbeats do not come.
func Ordinary(c Config) Config {
	c.patience = ordinaryPatience
	return c
}

// SetCommandTimeout changes it for the commands that follow.
func (f *Factory) SetCommandTimeout(timeout time.Duration) { f.timeout = timeout }
