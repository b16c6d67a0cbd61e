//go:build !race

package manager

// walks is how many random walks TestModel makes.
const walks = 200

// simulatedHours is how long TestPredictive simulates.
const simulatedHours = 8
