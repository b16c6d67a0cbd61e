// Package events is the vocabulary of Deskbus: every command, response,
// notification, fact and switch message that can stand in the log, the
// structures and enumerations they carry, the error catalogue, and the codec.
//
// # The contract
//
// An [Event] is something that has happened. It is written once, by the leader
// of its zone, and never changed. Its name and the names of its fields are
// explicit strings, never names of Go types, so code may be renamed freely
// while yesterday's log stays readable.
//
// Events of one zone have a dense number ([Event.ZN]); events of one addressee
// (an agent or a switch) have a dense number of their own ([Event.N]). A reader
// that sees a number again drops the event; a reader that misses one reads the
// feed again from the last number it has.
//
// Everything one input caused is a turn. The events of a turn share
// [Event.Turn] and [Event.Cause], stand in order and are committed together.
//
// # Compatibility
//
// The envelope has a version. A reader refuses a version it does not know. A
// field it does not know, in the envelope or in the data, it ignores: adding a
// field is how version 1 grows. A name it does not know is an error
// ([ErrUnknownName]); it never passes in silence. Trailing bytes are an error.
// Encodings under testdata/v1 are frozen.
//
// "Lnnn" in a comment is a line of the POM Agent API 3.0.4 specification.
package events
