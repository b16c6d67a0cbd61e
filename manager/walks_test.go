//go:build !race

package manager

// walks is how many random walks TestModel makes.
const walks = 200
