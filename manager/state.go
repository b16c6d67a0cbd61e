package manager

import (
	"slices"
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

// Agent is one agent, logged on or not. It exists from the first event that is
// addressed to the agent, because its numbers must stay dense for ever.
type Agent struct {
	ID string
	// N is the number of the newest event addressed to the agent.
	N        uint64
	LoggedOn bool
	// Conn is the connector session that holds the agent; LastNumber is its
	// newest command, LastResponse how that was answered.
	Conn         string
	LastNumber   uint64
	LastResponse Response
	// Apart are other connector sessions, each with its newest command that
	// counts, the latest last.
	Apart []events.ID
	// Acted are connector sessions of services that acted for the agent, each
	// with its newest command, the latest last.
	Acted []Acted

	// Logon is what the desktop gave when it logged on.
	Logon events.LogonParams

	AgentState   events.POMAgentState
	ReasonCode   string
	ReasonName   string
	NailupStatus events.POMNailupStatus
	CallState    events.POMCallState
	// CallSince is when CallState was entered, in microseconds, UTC.
	CallSince    int64
	Capabilities events.POMCapabilities

	// Available: the desktop said AGTAvailableForNailup.
	Available bool
	// SavedForHA: another desktop may take the session over (L2558).
	SavedForHA bool
	// LoggingOff: logged off as soon as the call is wrapped up and the nailing is
	// dropped. Nothing new begins.
	LoggingOff bool
	// Job is the campaign the agent is attached to, or being nailed for.
	Job string
	// NailLeg is the nailing call, from Originate to its end.
	NailLeg string
	// NailFailures counts failures since the last success; no other try is made
	// before NailAfter, in microseconds, UTC.
	NailFailures int
	NailAfter    int64
	// Session is the call the agent has, or takes part in.
	Session string
	// PendingConsults are the calls in which the agent is asked for and cannot
	// take part yet, the oldest first.
	PendingConsults []string
	// PendingCallback is the callback the agent was told about; empty for none.
	PendingCallback string
	// Disconnected: the desktop is gone. Nothing new begins. It has until
	// GraceEnd to come back, in microseconds, UTC.
	Disconnected bool
	GraceEnd     int64
	// Heard is when the desktop sent its newest command, in microseconds, UTC; 0
	// when the leader has not heard it yet. StatusAsked: it owes a sign of life.
	Heard       int64
	StatusAsked bool
	// AskedIn is the status the agent had when it was asked for it, until it
	// answers.
	AskedIn events.POMAgentStatus
	// Inbound: the agent is lent to inbound calls; ToInbound: it will be, after
	// the call. Nothing new begins.
	Inbound   bool
	ToInbound bool
	// DownEnd is until when the agent may finish, because the zone goes down; in
	// microseconds, UTC, 0 when it was not told so.
	DownEnd int64

	// QueuedAt is the zone number of the event since which the agent stands in a
	// queue of its job.
	QueuedAt uint64

	// pending is the parameters of the command that is being decided.
	pending any
	// queue is where the agent stands, of those of its job.
	queue *agentQueue
}

// Response is how a command was answered.
type Response struct {
	Name string
	Data any
}

// Busy tells whether the agent has a contact (reading 38).
func (a *Agent) Busy() bool { return a.CallState != events.Idle && a.CallState != events.NoState }

// idle tells whether the agent can be given a call now.
func (a *Agent) idle() bool {
	return a.attends() && a.CallState == events.Idle
}

// takesWork tells whether anything new may begin for the agent.
func (a *Agent) takesWork() bool {
	return a.LoggedOn && !a.LoggingOff && !a.Disconnected && !a.Inbound && !a.ToInbound
}

// inConversation tells whether the agent speaks with somebody.
func (a *Agent) inConversation() bool {
	switch a.CallState {
	case events.Talking, events.Held, events.Consult, events.ConferenceOwner, events.ConferencePassive:
		return true
	}
	return false
}

func (a *Agent) hasSkill(skill string) bool {
	if skill == "" {
		return true
	}
	for _, s := range a.Logon.AgentSkills {
		if s.SkillName == skill {
			return true
		}
	}
	return false
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

// reset puts the agent where a logged-off agent is. What identifies the desktop
// stays, so that a retried AGTLogoff still gets its answer.
func (a *Agent) reset() {
	*a = Agent{
		ID: a.ID, N: a.N, Conn: a.Conn, LastNumber: a.LastNumber, LastResponse: a.LastResponse, Apart: a.Apart, Acted: a.Acted,
		AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState,
		pending: a.pending, queue: a.queue, QueuedAt: a.QueuedAt,
	}
}

// maxApart bounds Agent.Apart. A retry comes within seconds; nobody has that
// many desktops within seconds.
const maxApart = 8

// setApart remembers how far a session came that does not have the agent, so
// that a late retry of its logon cannot take the agent from another desktop.
func (a *Agent) setApart(id events.ID) {
	a.Apart = slices.DeleteFunc(a.Apart, func(other events.ID) bool {
		return other.Conn == id.Conn || other.Conn == a.Conn
	})
	if id.Conn == a.Conn || id.Conn == "" {
		return
	}
	if len(a.Apart) == maxApart {
		a.Apart = slices.Delete(a.Apart, 0, 1)
	}
	a.Apart = append(a.Apart, id)
}

// isApart tells whether a command was decided for a session that does not have
// the agent.
func (a *Agent) isApart(id events.ID) bool {
	return slices.ContainsFunc(a.Apart, func(other events.ID) bool {
		return other.Conn == id.Conn && id.N <= other.N
	})
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

// queueFor returns the queue of its job in which the agent belongs, nil for none.
func (s *State) queueFor(a *Agent) *agentQueue {
	j := s.Jobs[a.Job]
	switch {
	case j == nil:
	case a.idle():
		return &j.idle
	case a.canBeTold():
		return &j.busy
	}
	return nil
}
