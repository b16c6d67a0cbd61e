package events

import (
	"fmt"
	"slices"
)

// Heartbeat is what a leader publishes about once a second, outside every
// stream. A reader that has seen less than it says has missed something and
// reads the feed again.
type Heartbeat struct {
	V    int    `msgpack:"v"`
	Zone string `msgpack:"zone"`
	// Epoch is the leadership; Number counts its heartbeats from 1.
	Epoch  uint64 `msgpack:"epoch"`
	Number uint64 `msgpack:"number"`
	// ZN is the newest zone number that is committed and published.
	ZN uint64 `msgpack:"zn"`
	// At is the leader's clock in microseconds since 1970, UTC. Senders take
	// it as the clock of the bus for their deadlines.
	At int64 `msgpack:"at"`
	// Agents and Switches give the newest number of each addressee that got an
	// event since [HeartbeatSpan] heartbeats before this one.
	Agents   map[string]uint64 `msgpack:"agents,omitempty"`
	Switches map[string]uint64 `msgpack:"switches,omitempty"`
}

// HeartbeatSpan is over how many heartbeats an addressee's newest number is
// repeated. A reader that misses fewer in a row needs no look at the stream.
const HeartbeatSpan = 3

// LogonRequest asks the service at subject.ServiceLogon to check credentials:
// those of an agent, or those of a service when Service is set. It is a core
// NATS request and never stored.
type LogonRequest struct {
	V int `msgpack:"v"`
	// AgentID is who wants to log on. A service leaves it empty to get a ticket
	// of its own, with which it acts for agents who are logged on.
	AgentID  string `msgpack:"agentID"`
	ZoneName string `msgpack:"zoneName"`
	// Conn is the connector session the ticket will be good for.
	Conn string `msgpack:"conn"`
	// Password is nil for null, which is refused (L1005).
	Password *string `msgpack:"pwd"`
	// Service is whose password it is; empty for the agent's own.
	Service string `msgpack:"service,omitempty"`
	// AgentName and AgentSkills are what a service says of the agent it has
	// authenticated (L1035).
	AgentName   *string         `msgpack:"agentName,omitempty"`
	AgentSkills []POMAgentSkill `msgpack:"agentSkills,omitempty"`
}

// LogonAnswer is the service's answer.
type LogonAnswer struct {
	V int `msgpack:"v"`
	// Result is 0 when there is a ticket. The ticket says whether the agent may
	// log on; a wrong password has a ticket too, so that the attempt is on
	// record. Other results: ZoneNotFound, AgentNotRegistered,
	// AuthenticationFailed (of a service), InvalidData, RequestFailed.
	Result Code   `msgpack:"result"`
	Ticket string `msgpack:"ticket,omitempty"`
	// At is the broker's clock in microseconds since 1970, UTC, and Expires when
	// by the same clock the ticket ends.
	At      int64 `msgpack:"at"`
	Expires int64 `msgpack:"expires,omitempty"`
}

// ServiceCommands are the commands that a service may send for an agent, where its
// ticket allows them: those of the proxy that monitors desktops (L2429), of the
// blender (L2110 to L2170) and of the system that has authenticated the agent
// (L2576). AGTPendingLogout is among them so that each can send an agent home.
func ServiceCommands() []string {
	return []string{AGTAgentDisconnected, AGTBlendToInbound, AGTBlendToOutbound, AGTNailupAgent, AGTPendingLogout, AGTSkillsChanged}
}

// ServiceMaySend tells whether a command is one of [ServiceCommands].
func ServiceMaySend(command string) bool { return slices.Contains(ServiceCommands(), command) }

// StatusRequest asks the service at subject.ServiceStatus for agents' states.
type StatusRequest struct {
	V        int    `msgpack:"v"`
	ZoneName string `msgpack:"zoneName"`
	// AgentID is one agent; empty asks for all agents of the zone.
	AgentID string `msgpack:"agentID,omitempty"`
	// AfterID, for all agents, leaves out those up to this id.
	AfterID string `msgpack:"afterID,omitempty"`
	// AtLeast is the zone number the answer must include; the service waits for
	// it up to WaitMs milliseconds (0 to 10,000) and then says that it cannot.
	AtLeast uint64 `msgpack:"atLeast,omitempty"`
	WaitMs  int    `msgpack:"waitMs,omitempty"`
}

// StatusAnswer is the service's answer.
type StatusAnswer struct {
	V int `msgpack:"v"`
	// Result is 0, ZoneNotFound, AgentUnknown, InvalidData, or
	// SystemNotAvailable when AtLeast was not reached in time.
	Result   Code   `msgpack:"result"`
	ZoneName string `msgpack:"zoneName"`
	// ZN and At say as of which event the answer is.
	ZN uint64 `msgpack:"zn"`
	At int64  `msgpack:"at"`
	// Agents are sorted by id. A list that would not fit into a message is cut
	// and More is set; ask again with AfterID.
	Agents []AgentStatus `msgpack:"agents,omitempty"`
	More   bool          `msgpack:"more,omitempty"`
}

// AgentStatus is one agent as the projection knows it.
type AgentStatus struct {
	AgentID  string         `msgpack:"agentID"`
	LoggedOn bool           `msgpack:"loggedOn"`
	Status   POMAgentStatus `msgpack:"status"`
	// AgentSince is when the agent state was entered, in microseconds since
	// 1970, UTC.
	AgentSince   int64           `msgpack:"agentSince,omitempty"`
	ReasonCode   string          `msgpack:"reasonCode,omitempty"`
	ReasonName   string          `msgpack:"reasonName,omitempty"`
	CampaignName string          `msgpack:"campaignName,omitempty"`
	Capabilities POMCapabilities `msgpack:"capabilities"`
	// PendingConsults are the sessions of the calls that wait to consult the
	// agent, the oldest first; PendingCallback is that of the callback the agent
	// was told about.
	PendingConsults []string `msgpack:"pendingConsults,omitempty"`
	PendingCallback string   `msgpack:"pendingCallback,omitempty"`
	// Disconnected: the desktop is gone. Inbound: the agent is lent to inbound
	// calls.
	Disconnected bool `msgpack:"disconnected,omitempty"`
	Inbound      bool `msgpack:"inbound,omitempty"`
	// N is the agent's newest number that is included.
	N uint64 `msgpack:"n"`
}

// Marshal encodes a heartbeat or a service message.
func Marshal(v any) ([]byte, error) {
	var e Encoder
	e.start()
	if err := e.enc.Encode(v); err != nil {
		return nil, fmt.Errorf("events: encode %T: %w", v, err)
	}
	return e.buf.Bytes(), nil
}

// Unmarshal decodes a heartbeat or a service message. Errors: ErrMalformed,
// ErrMistyped.
func Unmarshal[T any](b []byte) (T, error) {
	var zero T
	if err := ReadMap(b, func(_, _ []byte) error { return nil }); err != nil {
		return zero, fmt.Errorf("events: %T: %w", zero, err)
	}
	v, err := decodeData(b, as[T])
	if err != nil {
		return zero, fmt.Errorf("events: %T: %w", zero, err)
	}
	return v.(T), nil
}
