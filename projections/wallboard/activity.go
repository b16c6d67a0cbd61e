package wallboard

import "github.com/deskbus/deskbus/events"

// Activity is what an agent is doing, in one word.
type Activity string

// The activities.
const (
	// Available: Ready, nailed up and idle.
	Available  Activity = "available"
	Talking    Activity = "talking"
	OnHold     Activity = "hold"
	Consulting Activity = "consult"
	Conferring Activity = "conference"
	// Previewing: looks at a contact or a callback that nobody has dialled yet.
	Previewing Activity = "preview"
	Dialing    Activity = "dialing"
	WrappingUp Activity = "wrapup"
	NotReady   Activity = "notready"
	// Nailing: Ready, but without a line.
	Nailing Activity = "nailing"
	// Inbound: lent to inbound calls.
	Inbound Activity = "inbound"
	// Gone: the desktop is gone, and there is no call.
	Gone Activity = "gone"
)

func activityOf(s *events.AgentStatus) Activity {
	switch s.Status.CallState {
	case events.Talking:
		return Talking
	case events.Held:
		return OnHold
	case events.Consult:
		return Consulting
	case events.ConferenceOwner, events.ConferencePassive:
		return Conferring
	case events.Preview, events.Callback:
		return Previewing
	case events.Dialing:
		return Dialing
	case events.Wrapup:
		return WrappingUp
	}
	switch {
	case s.Disconnected:
		return Gone
	case s.Inbound:
		return Inbound
	case s.Status.AgentState != events.Ready:
		return NotReady
	case s.Status.NailupStatus != events.NailedUp:
		return Nailing
	}
	return Available
}

// inConversation tells whether there is a customer on the line.
func (a Activity) inConversation() bool {
	switch a {
	case Talking, OnHold, Consulting, Conferring:
		return true
	}
	return false
}
