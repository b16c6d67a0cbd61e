package manager

import (
	"strconv"

	"github.com/deskbus/deskbus/events"
)

// Input is one thing that happens to a zone: [Command], [SwitchEvent],
// [TimerFired], [Configure], [AddContacts] or [Claim].
type Input interface {
	// cause is what the events of the turn name as their cause.
	cause() string
}

// CauseOf returns what the events that an input leads to name as their cause.
func CauseOf(in Input) string { return in.cause() }

// Command is a command of an agent's desktop, or of a service that acts for the
// agent.
type Command struct {
	Agent string
	Name  string
	// Actor is the service whose ticket came with the command; empty for the
	// agent's own desktop.
	Actor string
	// ID is zero when the message could not be read; Sequence then says where
	// in the inbox it stands.
	ID       events.ID
	Sequence uint64
	// Deadline is in microseconds since 1970, UTC; 0 means never.
	Deadline int64
	// Data are the parameters in the type that belongs to Name. AGTLogon has a
	// verdict in place of its ticket.
	Data any
	// Fault is set, and Data is nil, when the parameters could not be read.
	Fault events.Code
}

func (c Command) cause() string {
	if c.ID.N == 0 {
		return "inbox." + strconv.FormatUint(c.Sequence, 10)
	}
	return c.ID.String()
}

// sessionOf returns the sessionID among a command's parameters, "" when it has
// none.
func sessionOf(data any) string {
	switch d := data.(type) {
	case events.SessionParams:
		return d.SessionID
	case events.WrapupParams:
		return d.SessionID
	case events.ConsultDestsParams:
		return d.SessionID
	case events.ConsultParams:
		return d.SessionID
	case events.CancelConsultParams:
		return d.SessionID
	case events.DTMFParams:
		return d.SessionID
	case events.CallbackDestsParams:
		return d.SessionID
	case events.CreateCallbackParams:
		return d.SessionID
	case events.PreviewDialParams:
		return d.SessionID
	case events.SetCustomerDetailParams:
		return d.SessionID
	}
	return ""
}

// SwitchEvent is an event of a switch.
type SwitchEvent struct {
	Switch string
	Name   string
	ID     events.ID
	Data   any
}

func (e SwitchEvent) cause() string { return e.ID.String() }

// TimerFired says that a timer of [State.NextTimer] is due.
type TimerFired struct{ Timer Timer }

func (t TimerFired) cause() string { return "timer." + string(t.Timer) }

// Configure gives the zone its settings and campaigns. What has not changed
// causes no event. A campaign that is not named any more is withdrawn. A turn
// takes up to [MaxConfigured] campaigns: who has more gives the same input again
// until it causes nothing.
type Configure struct {
	Settings  events.ZoneSettings
	Campaigns []events.Campaign
}

// MaxConfigured bounds [Configure], because a turn is one message.
const MaxConfigured = 4

func (Configure) cause() string { return "leader.configure" }

// AddContacts adds contacts to a campaign. A contact whose id the campaign has
// already is left as it is, so the same list may be added again. At most
// [MaxContacts] at once.
type AddContacts struct {
	Campaign string
	Contacts []events.POMCustomerDetails
}

// MaxContacts bounds [AddContacts], because a turn is one message.
const MaxContacts = 100

func (AddContacts) cause() string { return "leader.contacts" }

// Claim makes a broker the leader of the zone.
type Claim struct{ Broker string }

func (Claim) cause() string { return "leader.claim" }
