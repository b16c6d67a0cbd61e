package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

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
	// Waiting is a logon that is not decided yet; nil for none.
	Waiting *WaitingLogon
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
	// Unheard counts the notifications since then, and UnheardFrom is the zone
	// number of the first: what a desktop that takes over has missed.
	Unheard     int
	UnheardFrom uint64
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

	// pending is the parameters of the command that is being decided, logonTurn the
	// turn of the newest logon.
	pending   any
	logonTurn uint64
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

// reset puts the agent where a logged-off agent is. What identifies the desktop
// stays, so that a retried AGTLogoff still gets its answer.
func (a *Agent) reset() {
	*a = Agent{
		ID: a.ID, N: a.N, Conn: a.Conn, LastNumber: a.LastNumber, LastResponse: a.LastResponse, Apart: a.Apart, Acted: a.Acted,
		Waiting: a.Waiting, AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState,
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

// setNewest remembers how far a session came whose logon waits.
func (a *Agent) setNewest(id events.ID) {
	if w := a.Waiting; w != nil && w.ID.Conn == id.Conn {
		w.Newest = max(w.Newest, id.N)
	}
}

// isApart tells whether a command was decided for a session that does not have
// the agent, or waits.
func (a *Agent) isApart(id events.ID) bool {
	if w := a.Waiting; w != nil && w.ID.Conn == id.Conn && id.N <= w.Newest {
		return true
	}
	return slices.ContainsFunc(a.Apart, func(other events.ID) bool {
		return other.Conn == id.Conn && id.N <= other.N
	})
}
