// Package desktop knows what the desktop of one agent shows: the screen of
// another day, rebuilt from the log.
//
// A [Fold] takes the events addressed to one agent, and the facts that say that
// its desktop is gone or back, in the order of the zone. It needs no other events,
// so it costs what that agent has done. What it says is what the desktop was told:
// masked values are masked, and a customer's details are there once the desktop
// has asked for them.
//
// A desktop that takes a session over begins with an empty screen and is told all
// of it in the turn of its logon.
//
// A Fold belongs to one goroutine. The views it returns do not change any more.
package desktop
