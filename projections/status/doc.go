// Package status knows the state of every agent and answers requests for it on
// subject.ServiceStatus.
//
// # The contract
//
// The states are nothing but the feed, folded: [Fold] takes the events of one
// zone one after the other, [Run] feeds it and serves what it knows. So the
// answers need no leader. An answer is a consistent picture as of one event; it
// says which one and of what time. A caller that must see its own command asks
// for "at least number N" and how long it will wait.
//
// An agent is known from the first successful logon that the feed still holds,
// and stays known after logoff. Of an agent whose logon the retention has
// already dropped, nothing is told until the next one: a half-known state would
// look like a whole one.
//
// # Ordering
//
// Zone numbers are dense, and so are the numbers of each agent. A number out of
// order, a name this build does not know or data it cannot read ends the fold of
// that zone (of what it reads of the past, only data that it looks at): it is logged as an error and every request about that zone is
// answered with SystemNotAvailable (9005) until the broker is restarted with a
// build that can read the feed. Other zones go on.
//
// # Concurrency
//
// One goroutine reads the feed of a zone and alone writes its fold; requests
// read it under a lock. A request that can be answered at once never waits for
// one that cannot; at most maxWaiting wait at a time, more are refused.
//
// # Crashes
//
// The fold is stored now and then. A restarted broker goes on from what was stored
// last, or from the feed's start when that cannot be read, and answers 9005, or lets
// the caller wait, until it knows what the feed knew when it began. While NATS is away the states stand still; then the fold goes on
// from the last number it has.
package status
