// Package audit reads the log of a zone for those who come afterwards: the day of
// an agent, one call, what a desktop showed at a moment, whether the log is whole.
//
// # What is read
//
// The feed, and nothing else, but for [Log.Verify], which also reads the journal
// and the snapshots. Nothing is written but by [Log.Play], and that on subjects of
// its own. What concerns an agent or a call is read by its subjects and by the
// numbers of its turns, so that the other 9,999 agents of a zone cost nothing.
//
// # Order
//
// Events come in the order of the zone, each once. A message that cannot be read
// is handed over as such, in its place: an audit must not have a silent hole.
//
// # Concurrency
//
// A Log may be used from many goroutines at a time; functions that are given to
// it are called by one at a time, and before the method returns.
package audit
