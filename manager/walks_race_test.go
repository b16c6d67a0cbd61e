//go:build race

package manager

// walks is how many random walks TestModel makes; the race detector is slow.
const walks = 10

// simulatedHours is how long TestPredictive simulates.
const simulatedHours = 2
