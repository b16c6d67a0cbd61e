package desktop

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// View is what a desktop shows. Times are in microseconds since 1970, UTC.
type View struct {
	// ZN and At are those of the newest event that is included.
	ZN uint64 `msgpack:"zn"`
	At int64  `msgpack:"at"`
	// Agent has the states and capabilities, what waits, and whether the desktop
	// is gone.
	Agent events.AgentStatus `msgpack:"agent"`
	// NailingSince is when the nailing state was entered.
	NailingSince int64 `msgpack:"nailingSince,omitempty"`

	// Contact is who is on the screen, Details what the desktop has asked for.
	Contact *events.POMContact         `msgpack:"contact,omitempty"`
	Details *events.POMCustomerDetails `msgpack:"details,omitempty"`
	// Consult is whom the agent has asked for and not yet left; ConsultedBy is
	// the agent who asked for this one.
	Consult     *events.POMDestination `msgpack:"consult,omitempty"`
	ConsultedBy string                 `msgpack:"consultedBy,omitempty"`
	// Wrapup says how the call may be wrapped up, WrapupEnds until when; 0 is
	// untimed.
	Wrapup     *events.WrapupData `msgpack:"wrapup,omitempty"`
	WrapupEnds int64              `msgpack:"wrapupEnds,omitempty"`
	// PreviewEnds is until when the agent may decide on a preview or callback; 0
	// is untimed.
	PreviewEnds int64 `msgpack:"previewEnds,omitempty"`

	// PendingConsults wait for the agent, the oldest first; PendingCallback is
	// the callback the agent was told about.
	PendingConsults []events.ConsultPendingData `msgpack:"pendingConsults,omitempty"`
	PendingCallback *events.CallbackDueData     `msgpack:"pendingCallback,omitempty"`
	// ZoneDownAt is until when the agent may finish, because the zone goes down.
	ZoneDownAt int64 `msgpack:"zoneDownAt,omitempty"`

	// Unanswered are commands that are decided and whose response is not there:
	// the log ends in the middle of their turn.
	Unanswered []Command `msgpack:"unanswered,omitempty"`
	// LastError is the newest command that was refused.
	LastError *Refusal `msgpack:"lastError,omitempty"`
}

// Command is a command of the desktop, or of a service that acts for the agent.
type Command struct {
	Name  string `msgpack:"name"`
	ID    string `msgpack:"id"`
	At    int64  `msgpack:"at"`
	Actor string `msgpack:"actor,omitempty"`
}

// Refusal is a command whose result was not 0.
type Refusal struct {
	Command
	Result  events.Code `msgpack:"result"`
	Message string      `msgpack:"message,omitempty"`
}

// Remaining returns how much is left until a time of the view, for a desktop that
// shows it at the moment now. It is never negative.
func Remaining(until int64, now time.Time) time.Duration {
	return max(0, time.UnixMicro(until).Sub(now))
}
