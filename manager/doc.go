// Package manager is the heart of Deskbus: the agent, call and campaign state of
// one zone, and the rules that change it.
//
// # The contract
//
// [State.Decide] takes one input (a command, a switch event, a timer, a step of
// the leader) and the time, and returns the events the input causes: a turn.
// [State.Evolve] folds one event into the state and is the only thing that
// changes it. Decide calls Evolve for each event as it makes it, so a later
// event of the turn sees the effect of an earlier one, and the state after
// Decide is by construction the state a replay of the same events gives.
//
// The package is pure: no clock, no randomness, no network, no goroutine. Time
// comes in as a number, ids are derived from event numbers. The same inputs
// give the same events, which is what makes scripts, random walks and replay
// possible. A State belongs to one goroutine.
//
// # Order within a turn
//
// The command, its response, what follows from it in the order in which it
// follows (facts, notifications, commands to the switch), then pacing, and
// AGTCapabilitiesChanged last (reading 1). A forced logon is the exception: the
// former session ends before the new one is answered.
//
// # Bad input
//
// Decide never fails. An input that is not allowed is answered with a code of
// the specification's table; one that cannot be answered, because nobody knows
// the sender, changes nothing and is reported as dropped.
//
// # Bounds
//
// A turn is one message on the bus, so it touches a bounded number of agents
// and contacts. What concerns many (a campaign ends, a switch lost all its
// legs) gives each of them a timer that is due at once, and each its own turn.
package manager
