// Package wallboard keeps what a supervisor looks at: zones, campaigns, agents
// with their state and since when, calls, the last hour, and what has happened.
//
// # The contract
//
// A [Board] folds the feeds of its zones and tells its subscribers what changed,
// at most twice a second. A subscriber gets one snapshot, then only changes. Both
// are made once and shared by all, so one more page costs the broker little more
// than sending the bytes. Nothing a customer could be known by leaves the
// package: no name, number, contact id or note.
//
// What a message says is complete as of the zone numbers in its id. A subscriber
// that comes back with the id of a recent message gets what it has missed, any
// other a snapshot.
//
// # Health
//
// Each zone says how much its figures are worth: live; starting, while the feed is
// read from its beginning; behind the newest number of the heartbeat; silent when
// no heartbeat comes; broken when the fold met what it cannot read. There is
// nothing to repair by hand but the last: a board that was behind catches up.
//
// # Concurrency
//
// One goroutine a zone folds, one makes the messages. A subscriber that does not
// take its messages is dropped and never waited for.
//
// # Crashes
//
// The fold is stored now and then. A restarted broker goes on from what was stored
// last, or from the feed's start when that cannot be read; the last hour is there
// again because every event has its time.
package wallboard
