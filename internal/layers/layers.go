// Package layers holds the tests that keep the map of the repository true: which
// package may import which, and that each says what it is for.
package layers
