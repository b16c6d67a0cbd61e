package switchsim

import (
	"errors"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/deskbus/deskbus/events"
)

const (
	// refusalDelay is how long the network takes to find out that a line is busy
	// or a number does not exist.
	refusalDelay = 300 * time.Millisecond
	// networkRing ends the ringing of a leg that was originated without a limit.
	networkRing = time.Minute
	// classifyDelay is how long it takes to tell a machine from a person.
	classifyDelay = 500 * time.Millisecond
	// playTime is the length of every medium.
	playTime = 200 * time.Millisecond
)

// Behaviour says how the called parties behave. With the zero value nobody but
// an agent's phone answers.
type Behaviour struct {
	// Seed throws the dice; another seed is another day.
	Seed uint64
	// Answer, Busy, Invalid and Machine are shares of the legs to customers, and
	// of those to external parties, from 0 to 1, together at most 1. The rest is
	// not answered. A machine answers and is then, at a customer's number,
	// classified as one: whom an agent consults, the agent hears.
	Answer, Busy, Invalid, Machine float64
	// RingMin and RingMax bound how long a phone rings before it is answered.
	RingMin, RingMax time.Duration
	// TalkMin and TalkMax bound how long a customer or an external party stays,
	// from the answer. With a TalkMax of 0 they never hang up.
	TalkMin, TalkMax time.Duration
	// AgentAnswer is after how long an agent's phone with automatic answer picks
	// up. Without automatic answer the agent does, after as long as other people.
	AgentAnswer time.Duration
}

func (b Behaviour) validate() error {
	if min(b.Answer, b.Busy, b.Invalid, b.Machine) < 0 || b.Answer+b.Busy+b.Invalid+b.Machine > 1.000001 {
		return errors.New("switchsim: shares must not be negative, and together be at most 1")
	}
	if b.RingMin < 0 || b.RingMax < b.RingMin || b.TalkMin < 0 || b.TalkMax < b.TalkMin || b.AgentAnswer < 0 {
		return errors.New("switchsim: times must not be negative, and a least time not above its greatest")
	}
	return nil
}

// plan is the fate of a leg.
type plan struct {
	// ring is how long it rings until it is answered or fails.
	ring time.Duration
	// failure is empty for a leg that is answered.
	failure events.Cause
	machine bool
	// talk is when the far party hangs up, from the answer; 0 is never.
	talk time.Duration
}

// plan throws the dice of a leg. It depends on the behaviour and the arguments
// of Originate, on nothing else.
func (b Behaviour) plan(d events.OriginateData) plan {
	h := fnv.New64a()
	h.Write([]byte(d.LegID))
	dice := rand.New(rand.NewPCG(b.Seed, h.Sum64()))
	fate, ring, talk := dice.Float64(), between(dice, b.RingMin, b.RingMax), between(dice, b.TalkMin, b.TalkMax)

	p := plan{ring: ring, talk: talk}
	switch d.Role {
	case events.RoleAgent:
		p.talk = 0
		if d.AutoAnswer {
			p.ring = b.AgentAnswer
		}
	case events.RoleCustomer:
		b.meet(&p, fate)
	case events.RoleExternal:
		b.meet(&p, fate)
		p.machine = false
	}
	limit := networkRing
	if d.RingTimeoutMs > 0 {
		limit = time.Duration(d.RingTimeoutMs) * time.Millisecond
	}
	if p.failure == events.CauseNoAnswer || p.ring >= limit {
		return plan{ring: limit, failure: events.CauseNoAnswer}
	}
	return p
}

// meet decides whom a call meets; fate is from 0 to 1.
func (b Behaviour) meet(p *plan, fate float64) {
	answer := b.Answer
	machine := answer + b.Machine
	busy := machine + b.Busy
	invalid := busy + b.Invalid
	switch {
	case fate < answer:
	case fate < machine:
		p.machine = true
	case fate < busy:
		*p = plan{ring: refusalDelay, failure: events.CauseBusy}
	case fate < invalid:
		*p = plan{ring: refusalDelay, failure: events.CauseInvalidNumber}
	default:
		*p = plan{failure: events.CauseNoAnswer}
	}
}

func between(dice *rand.Rand, least, greatest time.Duration) time.Duration {
	return least + time.Duration(dice.Float64()*float64(greatest-least))
}

// failed returns the data of Failed with the Q.850 value and the SIP status that
// belong to a cause (RFC 3398).
func failed(leg string, cause events.Cause) events.FailedData {
	d := events.FailedData{LegID: leg, Cause: cause}
	switch cause {
	case events.CauseBusy:
		d.Q850, d.SIPCode = 17, 486
	case events.CauseNoAnswer:
		d.Q850, d.SIPCode = 19, 480
	case events.CauseInvalidNumber:
		d.Q850, d.SIPCode = 28, 484
	case events.CauseCancelled:
		d.Q850, d.SIPCode = 16, 487
	}
	return d
}
