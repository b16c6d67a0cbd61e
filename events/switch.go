package events

// The switch interface. A leg is a CSTA connection, a SIP dialog, an ARI
// channel. The leader chooses every id, so an event cannot race the answer to
// its command and a command may be delivered twice: a switch connector is
// idempotent by id.
//
// A leg ends with exactly one terminal event: Failed before the answer, Cleared
// after it. Leaving or destroying a bridge hangs no leg up. Hangup while a leg
// rings ends in Failed with cause cancelled, even when the answer crosses it.

// LegRole says whose leg it is.
type LegRole string

const (
	// RoleAgent is a nailing call.
	RoleAgent LegRole = "agent"
	// RoleCustomer is a contact's phone.
	RoleCustomer LegRole = "customer"
	// RoleExternal is a consulted party outside.
	RoleExternal LegRole = "external"
)

// OriginateData is the data of Originate: place a call.
type OriginateData struct {
	LegID    string  `msgpack:"legID"`
	Role     LegRole `msgpack:"role"`
	Address  string  `msgpack:"address"`
	CallerID string  `msgpack:"callerID,omitempty"`
	// RingTimeoutMs ends an unanswered leg with Failed(no_answer).
	RingTimeoutMs int `msgpack:"ringTimeoutMs"`
	// AutoAnswer asks the called phone to answer by itself.
	AutoAnswer bool `msgpack:"autoAnswer,omitempty"`
}

// HangupData is the data of Hangup: end a leg.
type HangupData struct {
	LegID string `msgpack:"legID"`
	Cause Cause  `msgpack:"cause"`
}

// BridgeData is the data of Bridge and BridgeChanged. Members is the whole
// desired set; empty destroys the bridge. A leg is in at most one bridge;
// joining one takes it out of its former bridge and off hold.
type BridgeData struct {
	BridgeID string   `msgpack:"bridgeID"`
	Members  []string `msgpack:"members"`
}

// LegData is the data of Hold (the leg leaves its bridge and hears music),
// Alerting, Established, Held, RemoteHold and CallAnswered.
type LegData struct {
	LegID string `msgpack:"legID"`
}

// PlayData is the data of Play.
type PlayData struct {
	PlayID string   `msgpack:"playID"`
	LegIDs []string `msgpack:"legIDs"`
	// Media is "tone:beep" or a medium the switch knows.
	Media string `msgpack:"media"`
}

// MediaBeep is the tone of L766.
const MediaBeep = "tone:beep"

// SendDTMFData is the data of the switch command SendDTMF.
type SendDTMFData struct {
	LegID  string `msgpack:"legID"`
	Digits string `msgpack:"digits"`
	// Method is "rfc4733", "info" or "inband"; empty leaves it to the switch.
	Method string `msgpack:"method,omitempty"`
}

// FailedData is the data of Failed: terminal, before the answer.
type FailedData struct {
	LegID   string `msgpack:"legID"`
	Cause   Cause  `msgpack:"cause"`
	Q850    int    `msgpack:"q850,omitempty"`
	SIPCode int    `msgpack:"sipCode,omitempty"`
}

// ClearedBy says which side ended a leg.
type ClearedBy string

const (
	// ByRemote: the far party hung up.
	ByRemote ClearedBy = "remote"
	// ByLocal: a Hangup command.
	ByLocal ClearedBy = "local"
	// BySwitch: the telephone system.
	BySwitch ClearedBy = "switch"
)

// ClearedData is the data of Cleared: terminal, after the answer.
type ClearedData struct {
	LegID string    `msgpack:"legID"`
	Cause Cause     `msgpack:"cause"`
	Q850  int       `msgpack:"q850,omitempty"`
	By    ClearedBy `msgpack:"by"`
}

// DTMFReceivedData is the data of DTMFReceived.
type DTMFReceivedData struct {
	LegID  string `msgpack:"legID"`
	Digits string `msgpack:"digits"`
}

// PlayFinishedData is the data of PlayFinished.
type PlayFinishedData struct {
	PlayID string `msgpack:"playID"`
}

// AnswerClassifiedData is the data of AnswerClassified.
type AnswerClassifiedData struct {
	LegID string `msgpack:"legID"`
	// AnsweredBy is "human", [AnsweredByMachine] or [AnsweredByFax].
	AnsweredBy string `msgpack:"answeredBy"`
}

// The answers no agent is wanted for.
const (
	AnsweredByMachine = "machine"
	AnsweredByFax     = "fax"
)

// CommandRejectedData is the data of CommandRejected: the switch cannot do it,
// and nothing has changed.
type CommandRejectedData struct {
	Command string `msgpack:"command"`
	// ID is the legID, bridgeID or playID of the command.
	ID     string `msgpack:"id"`
	Reason string `msgpack:"reason"`
}

// SwitchStatus is whether a switch takes commands.
type SwitchStatus string

const (
	// SwitchUp: it does.
	SwitchUp SwitchStatus = "up"
	// SwitchDraining: it finishes what it has and takes no Originate.
	SwitchDraining SwitchStatus = "draining"
	// SwitchDown: it does not.
	SwitchDown SwitchStatus = "down"
)

// SwitchStateData is the data of SwitchState.
type SwitchStateData struct {
	State SwitchStatus `msgpack:"state"`
	// Epoch names one life of the switch. A new epoch means that every leg of
	// the former one is gone.
	Epoch string `msgpack:"epoch"`
	// Complete ends the answer to a Snapshot: before it the switch has said of
	// every leg it has that it is Alerting or Established.
	Complete bool `msgpack:"complete,omitempty"`
}

// SwitchCommands lists the names of the commands to a switch.
func SwitchCommands() []string {
	return []string{Originate, Hangup, Bridge, Hold, Play, SendDTMF, Snapshot}
}

// SwitchEvents lists the names of the events from a switch.
func SwitchEvents() []string {
	return []string{
		Alerting, Established, Failed, Cleared, BridgeChanged, LegHeld, RemoteHold, DTMFReceived, PlayFinished,
		AnswerClassified, CommandRejected, SwitchState,
	}
}

// switchCommandData returns the decoder for the data of a switch command, nil
// for an unknown name.
func switchCommandData(name string) dataDecoder {
	switch name {
	case Originate:
		return as[OriginateData]
	case Hangup:
		return as[HangupData]
	case Bridge:
		return as[BridgeData]
	case Hold:
		return as[LegData]
	case Play:
		return as[PlayData]
	case SendDTMF:
		return as[SendDTMFData]
	case Snapshot:
		return as[NoData]
	}
	return nil
}

// switchEventData returns the decoder for the data of a switch event, nil for
// an unknown name.
func switchEventData(name string) dataDecoder {
	switch name {
	case Alerting, Established, LegHeld, RemoteHold:
		return as[LegData]
	case Failed:
		return as[FailedData]
	case Cleared:
		return as[ClearedData]
	case BridgeChanged:
		return as[BridgeData]
	case DTMFReceived:
		return as[DTMFReceivedData]
	case PlayFinished:
		return as[PlayFinishedData]
	case AnswerClassified:
		return as[AnswerClassifiedData]
	case CommandRejected:
		return as[CommandRejectedData]
	case SwitchState:
		return as[SwitchStateData]
	}
	return nil
}

// IsSwitchCommand tells the commands to a switch from its events.
func IsSwitchCommand(name string) bool { return switchCommandData(name) != nil }
