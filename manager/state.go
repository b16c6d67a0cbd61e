package manager

import (
	"sort"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/window"
)

// State is everything a zone knows. The exported fields are folded from events;
// the others are derived from them, so that a decision need not search.
type State struct {
	Zone string
	// Turn, ZN and At are those of the newest event; Epoch is the leadership.
	Turn  uint64
	ZN    uint64
	At    int64
	Epoch uint64

	Settings events.ZoneSettings
	Agents   table[string, *Agent]
	Jobs     table[string, *Job]
	Calls    table[string, *Call]
	Legs     table[string, *Leg]
	Switches table[string, *Switch]
	Timers   table[Timer, int64]
	// Callbacks are those that have no call yet.
	Callbacks table[string, *Callback]
	// DNC is the addresses that must not be dialled in any campaign.
	DNC table[string, bool]

	due      timerHeap
	jobNames []string
	unpaced  unpaced
	clocks   window.Clocks
	// campaignsOn counts the campaigns on each switch.
	campaignsOn map[string]int
}

// New returns the state of a zone before its first event.
func New(zone string) *State {
	return &State{
		Zone:      zone,
		Agents:    map[string]*Agent{},
		Jobs:      map[string]*Job{},
		Calls:     map[string]*Call{},
		Legs:      map[string]*Leg{},
		Switches:  map[string]*Switch{},
		Timers:    map[Timer]int64{},
		Callbacks: map[string]*Callback{},
		DNC:       map[string]bool{},
		unpaced:   unpaced{at: map[Timer]int64{}},

		campaignsOn: map[string]int{},
	}
}

// Job is a campaign at work.
type Job struct {
	Campaign events.Campaign
	Running  bool
	// Withdrawn: the configuration does not name it any more.
	Withdrawn bool
	Contacts  table[string, *Contact]
	// Order is the contacts in the order they were added; Queue those still to
	// be dialled in this round.
	Order []string
	Queue Queue
	// Retrying counts the contacts that wait for their retry timer.
	Retrying int
	// RoundAt is when this round began, in microseconds, UTC.
	RoundAt int64
	Seen    Seen
	// Dialing counts calls that are not answered yet, Open all calls.
	Dialing int
	Open    int
	// Waiting is the answered calls that have no agent yet, the oldest first.
	Waiting []string
	// Callbacks are those whose time is near and that no agent was told about,
	// the one due first first. Told counts those an agent was told about.
	Callbacks []string
	Told      int

	// idle is who can be given a call, busy who can be told about a callback
	// all the same.
	idle, busy agentQueue
	// attached is the agents whose Job this is, by id.
	attached []*Agent
	// awake: when it was paced last, there was somebody it might call.
	awake bool
}

// Contact is a contact of a campaign.
type Contact struct {
	Details events.POMCustomerDetails
	// Attempts counts the calls of this round; NextNumber is the place of the
	// number after the one that was called last.
	Attempts   int
	NextNumber int
	// Retries counts the calls of this round that repeat one with an outcome.
	Retries table[events.Cause, int]
	// Notes are the newest agent notes, the oldest of them first; NotesLeftOut
	// counts those before them.
	Notes        []string
	NotesLeftOut int

	// promises are the callbacks to it that wait or are being made.
	promises []*Callback
}

// Call is one session: from dialling, or the preview, to disposition.
type Call struct {
	Session   string
	Job       string
	ContactID string
	// Number was dialled last; in a preview it is what will be. LegID is the
	// customer's line, on that switch, empty in a preview.
	Number events.POMContactNumber
	LegID  string
	Switch string
	// Agent has the call; empty until one is connected.
	Agent    string
	Answered bool
	// Since is when it was dialled, then answered, then connected, in
	// microseconds, UTC.
	Since int64
	// Ended: the customer's line is gone, the disposition is missing.
	Ended bool
	// Callback is what the call carries out; nil for any other call. Chosen: an
	// agent decided to dial, or the leader in the agent's place.
	Callback *Callback
	Chosen   bool
	// Agreed: a callback was agreed in it, so the customer is to be called later.
	Agreed bool
	// Undecided: it was taken from an agent who had yet to decide whether to dial.
	Undecided bool
	// Missed is why nobody was reached, empty for a customer who was and for a
	// call that was chosen. Machine: a machine answered.
	Missed  events.Cause
	Machine bool
	// Extensions counts the AGTExtendWrapup that were granted.
	Extensions int
	// List is the campaign that has the contact: that of the call, but for a
	// callback to another campaign.
	List string
	// Consult is the third party, from the request to the end of consult or
	// conference; nil when there is none.
	Consult *Consult
}

// Consult is a third party in a call.
type Consult struct {
	Destination events.POMDestination
	// Agent is the consulted agent, LegID the line to an external party.
	Agent string
	LegID string
	// Started: owner and party speak. Until then the party is busy with another
	// call, or its phone rings. Conference: the customer is with them.
	Started    bool
	Conference bool
}

// Leg is one line of a switch, from Originate to its terminal event.
type Leg struct {
	ID     string
	Switch string
	Role   events.LegRole
	// Agent is whose nailing call it is, or who called the external party; Session
	// which call's customer or external party.
	Agent   string
	Session string
	Up      bool
	// Unconfirmed: the switch was asked for all its legs and has not named this
	// one yet.
	Unconfirmed bool
	// Peer is the leg it speaks with without an agent, after a transfer to an
	// external party. Where one ends, so does the other.
	Peer string
}

// Switch is a telephone system.
type Switch struct {
	// N is the number of the newest event on the switch's subjects.
	N uint64
	// Conn and LastNumber are the newest input of the switch connector.
	Conn       string
	LastNumber uint64
	State      events.SwitchStatus
	Epoch      string
}

// contactOf returns the contact of a call.
func (s *State) contactOf(c *Call) *Contact { return s.Jobs[c.List].Contacts[c.ContactID] }

// LoggedOn counts the agents who are logged on.
func (s *State) LoggedOn() int {
	n := 0
	for _, a := range s.Agents {
		if a.LoggedOn {
			n++
		}
	}
	return n
}

func (s *State) agent(id string) *Agent {
	a := s.Agents[id]
	if a == nil {
		a = &Agent{ID: id}
		a.reset()
		s.Agents[id] = a
	}
	return a
}

// attach moves the agent to a job, "" for none.
func (s *State) attach(a *Agent, job string) {
	if j := s.Jobs[a.Job]; j != nil {
		j.detach(a)
	}
	if j := s.Jobs[job]; j != nil {
		j.attach(a)
	}
	a.Job = job
}

func (s *State) switchOf(name string) *Switch {
	sw := s.Switches[name]
	if sw == nil {
		sw = &Switch{State: events.SwitchDown}
		s.Switches[name] = sw
	}
	return sw
}

func (s *State) addJob(name string) *Job {
	j := &Job{Contacts: map[string]*Contact{}}
	s.Jobs[name] = j
	i := sort.SearchStrings(s.jobNames, name)
	s.jobNames = append(s.jobNames, "")
	copy(s.jobNames[i+1:], s.jobNames[i:])
	s.jobNames[i] = name
	return j
}

// reindex keeps the queues of each job up to date after an event changed an
// agent. An agent that stays in one keeps its place.
func (s *State) reindex(a *Agent) {
	j, want := s.Jobs[a.Job], s.queueFor(a)
	if want == a.queue {
		return
	}
	if a.queue != nil {
		a.queue.remove(a)
	}
	a.queue = want
	if want != nil {
		a.QueuedAt = s.ZN
		want.push(a)
		if want == &j.idle || len(j.Callbacks) > 0 {
			s.unpace(a.Job)
		}
	}
}

// queueFor returns the queue of its job in which the agent belongs, nil for none:
// whom the job calls could not be bridged to a line on another switch.
func (s *State) queueFor(a *Agent) *agentQueue {
	j := s.Jobs[a.Job]
	switch {
	case j == nil, s.nailedOn(a) != j.Campaign.Switch:
	case a.idle():
		return &j.idle
	case a.canBeTold():
		return &j.busy
	}
	return nil
}
