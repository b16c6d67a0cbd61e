// Package e2e holds the tests that run Deskbus as its users do: the broker as a
// process of its own, desktops over TCP, SIGKILL at the worst moment, and then
// the whole log read and checked.
package e2e
