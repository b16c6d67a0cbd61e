// Package zone is the shell around the manager: for each zone a loop that reads
// the inbox, lets the manager decide, commits, and publishes. It owns the clock
// and the network, and no rule of the specification.
//
// # Leadership
//
// [Zone.Run] waits for the lease, folds the journal, appends a claim, and leads
// until the context ends or something goes wrong. Whatever goes wrong (the lease
// is lost, another leader has written, the outcome of a write is unknown, the
// bus is away), the answer is the same: throw the state away and begin again.
// The way back after a failure is the way in at the start, so it is well
// trodden.
//
// # Order
//
// One goroutine takes inputs in the order of the inbox. All that wait at a
// moment become one commit. Nothing leaves the process before its commit is
// acknowledged: first the commit, then the feed, which carries the answers and
// the commands to the switch.
//
// # Crash
//
// A crash before the commit is acknowledged loses nothing: the inputs are in the
// inbox, which is read from the place the last commit recorded. A crash after
// it leaves events unpublished; the next leader publishes them while it folds.
//
// # Watching
//
// The leader counts what it has committed, after it has published it, and once a
// second what there is. The context of a trace goes with an input through its
// turn to the headers of the feed, in memory alone.
package zone
