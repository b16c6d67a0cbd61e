// Package report keeps the reports of the zones in a SQL database and answers
// requests for them, on subject.ServiceReport and over HTTP.
//
// # The contract
//
// The rows are nothing but the feed, counted by package tally. A transaction has
// the rows, the checkpoint (the number of the newest event that is counted) and
// the state that counting needs to go on. So a crash neither loses nor doubles,
// and an empty database is filled from the feed with the same rows. A report says
// up to which event it counts.
//
// The database is an SQLite file of the broker's own, or a PostgreSQL database
// that several brokers may share. Then one of them writes, by a lease. The lease is
// a hint: what keeps two writers apart is that a transaction moves the checkpoint
// from the event it went on from, or does nothing.
//
// # Concurrency
//
// One goroutine for each zone reads its feed and alone writes its rows. Requests
// read the database, each in one transaction.
//
// # When something is away
//
// The broker never waits for the reports. What goes wrong, with the database or
// the bus, is logged once and shown as a metric; the zone's counting is thrown
// away, and begins again from what the database has, after a pause. Nothing is
// kept in memory meanwhile: the feed keeps it. Requests are refused with
// SystemNotAvailable (9005) while the database cannot be read.
//
// Events that the feed has dropped before they were counted are missing from the
// reports; that is logged as an error. Agents of whom the feed has lost the logon
// count from the next one.
package report
