// Package logon is where a password ends. It holds the credentials of agents and
// of services that act for them, runs the service that checks them, and makes
// and reads the tickets that stand in for a password everywhere else.
//
// Contract: a desktop sends its credentials to the service as a core NATS
// request, which no stream keeps, and gets a signed ticket. The ticket travels
// through the inbox in the command AGTLogon; before the command is decided the
// leader replaces the ticket by what it says, with [Resolve]. So neither a
// password nor a ticket is ever in the log of a zone, and nothing here writes
// to any log. The rights of the bus must keep everybody but the brokers from
// subscribing to the service's subject.
//
// A ticket is good for one minute, for one agent, in one zone, from one
// connector session. A copy of it, for example from the inbox, is of no use to
// anybody else. It says who may not log on as well, so that refused attempts are
// on record.
//
// A service vouches for an agent with a ticket of that kind, or has one of its
// own, for one zone and one connector session, with which its commands for agents
// are believed. One kind never passes for the other.
//
// Ordering and concurrency: every broker runs the service and the bus gives each
// request to one of them. Requests are answered in no particular order. A hash
// takes tens of milliseconds of one processor by design, so at most GOMAXPROCS
// run at once, a bounded number waits, and more are refused at once. Everything
// exported is safe for concurrent use.
//
// Crash: nothing is kept but the key file, which all brokers of an installation
// share, so that the leader understands a ticket another broker made. A request
// that was not answered is simply sent again.
package logon
