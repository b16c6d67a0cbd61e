// Package journal is the JetStream adapter of a zone's leader: the journal it
// writes, the inbox it reads, the feed it publishes, the lease it holds. It is
// the only place that meets conflicts.
//
// # Journal
//
// The journal is the truth. One message is one commit: the whole turns of one
// or more inputs, so a turn is in the log entirely or not at all. Every append
// carries the sequence it expects to follow (the fence). When another leader
// has written since, the append is refused with [ErrDeposed]; when its outcome
// is unknown, with another error. After either, the writer must throw away its
// state and fold the journal again: it cannot know what is in the log.
//
// Each commit carries the SHA-256 of the one before, so a changed or missing
// commit is found when the journal is read.
//
// # Feed
//
// The feed is derived: each event of a commit becomes one message, in order,
// after the commit is acknowledged. The sequence of an event in the feed is its
// zone number, and more by one for each message that a stranger has written there.
// Every message carries the sequence it expects to follow. So what a deposed leader
// has under way is not stored, and a crash leaves at most a missing tail, which the
// next leader publishes again.
//
// # Lease
//
// The lease only says who should lead, so that brokers do not depose each other
// all the time. Safety comes from the fence.
//
// The types of this package belong to one goroutine each, unless they say
// otherwise.
package journal
