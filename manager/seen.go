package manager

import "github.com/deskbus/deskbus/events"

// Seen is what a campaign has seen of its calls. It is folded, so it is in whole
// numbers: every replica has the same. What is old is forgotten by halves.
type Seen struct {
	// Attempts counts the calls that were answered or failed, Answers the
	// former. RingTime is how long those rang together, in microseconds.
	Attempts int
	Answers  int
	RingTime int64
	// Handled counts the calls agents had, HandleTime is how long they had them
	// together, wrap-up and all, in microseconds.
	Handled    int
	HandleTime int64
	// Allowance is how many customers may still be abandoned, in thousandths of
	// one: each live answer earns the campaign's limit, one that is abandoned
	// costs 1,000. So over any number of calls the limit is kept but for what
	// the calls in the air can add.
	Allowance int
}

const (
	// manyAttempts and manyHandled are when the old is forgotten by half.
	manyAttempts = 4000
	manyHandled  = 200
	// mostAllowance bounds what a campaign can save up: ten customers.
	mostAllowance = 10_000
	// defaultAbandonLimit is the regulatory limit, 3 %.
	defaultAbandonLimit = 30
)

func (n *Seen) answer(rang int64) {
	n.Answers++
	n.RingTime += rang
	n.failure()
}

// failure counts an attempt.
func (n *Seen) failure() {
	if n.Attempts++; n.Attempts == manyAttempts {
		n.Attempts, n.Answers, n.RingTime = n.Attempts/2, n.Answers/2, n.RingTime/2
	}
}

func (n *Seen) handled(took int64) {
	n.HandleTime += took
	if n.Handled++; n.Handled == manyHandled {
		n.Handled, n.HandleTime = n.Handled/2, n.HandleTime/2
	}
}

// served counts a live answer that found an agent, unserved takes it back: it
// was a machine.
func (n *Seen) served(c events.Campaign)    { n.earn(earning(c)) }
func (n *Seen) unserved(c events.Campaign)  { n.earn(-earning(c)) }
func (n *Seen) abandoned(c events.Campaign) { n.earn(earning(c) - 1000) }

func (n *Seen) earn(thousandths int) { n.Allowance = min(n.Allowance+thousandths, mostAllowance) }

// earning is what a live answer earns. A tenth of the limit is kept back, so that
// the rate stays below it and not at it.
func earning(c events.Campaign) int {
	limit := abandonLimit(c)
	return limit - limit/10
}

func abandonLimit(c events.Campaign) int {
	if c.AbandonLimit == 0 {
		return defaultAbandonLimit
	}
	return c.AbandonLimit
}
