package switchsim

// remembered is how many ids a recent keeps: far more than a leader can have
// under way when it sends its last commands again.
const remembered = 8192

// recent remembers the ids that were added last.
type recent struct {
	known map[string]bool
	ring  []string
	next  int
}

func newRecent() *recent { return &recent{known: make(map[string]bool)} }

func (r *recent) has(id string) bool { return r.known[id] }

// add remembers an id and returns the one it forgets for it, "" if none.
func (r *recent) add(id string) (forgotten string) {
	if r.known[id] {
		return ""
	}
	r.known[id] = true
	if len(r.ring) < remembered {
		r.ring = append(r.ring, id)
		return ""
	}
	forgotten, r.ring[r.next] = r.ring[r.next], id
	r.next = (r.next + 1) % remembered
	delete(r.known, forgotten)
	return forgotten
}
