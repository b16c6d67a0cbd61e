// Package switchsim is a simulated telephone switch behind a switch connector:
// customers who answer, are busy or hang up, without a telephone.
//
// # The contract
//
// It takes the switch commands of a zone from the feed and puts switch events
// into the inbox, as package events describes them, and passes the tests of
// package connectortest. What it decides where the interface leaves it open:
//
//   - Originate: Alerting at once, then Established or Failed.
//   - Bridge: answered with BridgeChanged when the set of members changed. That
//     a leg left its bridge because it ended, was held or joined another one
//     follows from that other event and is not told again. A leg that has hung
//     up while the command was on its way is left out of the set.
//   - Bridge, Hold, Play, SendDTMF: answered with CommandRejected when a leg is
//     unknown, or not answered as far as the feed says.
//   - Hangup: an unknown or ended leg is passed over in silence.
//   - Snapshot: Alerting or Established for each live leg, SwitchState as the
//     end. A leg whose next event is on its way is left out.
//
// The dice of a leg are thrown from the seed and the leg's id alone, so the same
// leg has the same fate in every process.
//
// # Order and concurrency
//
// One goroutine owns the model and takes commands, recorded events and due
// times one after the other; another sends the events, one at a time and each
// until the bus has acknowledged it. So events arrive in the order in which
// they happened, and the simulator goes on with its calls while the bus is away.
//
// What the feed says decides what a command means. A Hangup that stands in the
// feed before the leg's Established ends in Failed(cancelled), even when
// Established has already been sent: the leader still saw the leg ringing. An
// Established that crossed the Hangup may then come before the Failed.
//
// # Crash
//
// Nothing is stored but the feed. A new process folds its switch's part of it,
// announces the epoch of its predecessor and goes on with the calls: a command
// that nobody acted on is acted on now, and an event that was not accepted is
// sent again. An event that waited in the inbox while the process died may thus
// come twice, from two connector sessions; so may two different ends of one
// leg, when a Hangup was committed as the far party hung up. For the leader and
// for the fold alike the first recorded end of a leg counts.
//
// The fold reads the whole history of the switch. What it keeps is small: the
// live legs, and the ids of the last 8192 ended legs and of as many plays, by
// which a command that comes again is known.
package switchsim
