package manager

import (
	"math"

	"github.com/deskbus/deskbus/events"
)

const (
	// A predictive campaign dials one to one until it has seen so many attempts,
	// and so many calls through to their disposition.
	enoughAttempts = 50
	enoughHandled  = 10
	// mostPerAgent bounds how many customers ring for one agent.
	mostPerAgent = 10
	// tooSmall is where a probability loses its precision.
	tooSmall = 1e-300
	// balance is the allowance at which the model is trusted as it is.
	balance = 5_000
)

// lines returns how many customers may ring at the same time: one for each agent
// who waits, or more in a predictive campaign that can afford it.
func (j *Job) lines() int {
	n := &j.Seen
	if j.Campaign.Mode != events.ContactPredictive || n.Allowance <= 0 || n.Answers == 0 ||
		n.Attempts < enoughAttempts || n.Handled < enoughHandled {
		return j.idle.live
	}
	return max(j.idle.live, mostLines(j.expected(), float64(n.Answers)/float64(n.Attempts), j.share()))
}

// expected is how many agents there will be when those who are dialled now
// answer. How long each agent has talked is not looked at: among many it evens
// out, and among few the answer is rounded down to nobody.
func (j *Job) expected() int {
	n := &j.Seen
	ring, handle := float64(n.RingTime)/float64(n.Answers), float64(n.HandleTime)/float64(n.Handled)
	return j.idle.live + int(float64(j.busy.live)*(1-math.Exp(-ring/handle))) - len(j.Waiting)
}

// share is the share of live answers that may find no agent, by the model. The
// model is a model: as long as the campaign does better than it may, the share
// grows, and it shrinks as soon as it does worse.
func (j *Job) share() float64 {
	return float64(abandonLimit(j.Campaign)) / 1000 * float64(j.Seen.Allowance) / balance
}

// mostLines returns the greatest number of lines, each answered with probability
// p, of which the share of answers beyond the number of free agents is expected
// to be within the limit.
func mostLines(free int, p, limit float64) int {
	if free <= 0 {
		return 0
	}
	// Of n lines, exactly = P(answers = free), more = P(answers > free), beyond =
	// E[answers beyond free].
	n := free
	exactly := math.Pow(p, float64(free))
	if exactly < tooSmall {
		// Each half of the agents for itself is a little too careful.
		return 2 * mostLines(free/2, p, limit)
	}
	var more, beyond float64
	for p < 1 && n < mostPerAgent*free {
		// One line more is one answer too many when it is answered and so are
		// free others.
		beyond += p * (more + exactly)
		if beyond > limit*float64(n+1)*p {
			break
		}
		more += p * exactly
		n++
		exactly *= float64(n) * (1 - p) / float64(n-free)
	}
	return n
}
