package events

// Campaign is the definition of a campaign.
type Campaign struct {
	Name string `msgpack:"name"`
	// Skill is what an agent needs to be attached; empty means any agent.
	Skill string `msgpack:"skill,omitempty"`
	// Mode is how contacts are dialled.
	Mode POMContactType `msgpack:"mode"`
	// Switch is the name of the switch that places the calls.
	Switch   string `msgpack:"switch"`
	CallerID string `msgpack:"callerID,omitempty"`
	// RingTimeout is how long a customer's phone rings, in seconds, from 1.
	RingTimeout int `msgpack:"ringTimeout"`
	// ACWMaxTime is the wrap-up time in seconds; 0 is untimed.
	ACWMaxTime int `msgpack:"acwMaxTime"`
	// ACWExtensions is how often an agent may ask for that time again.
	ACWExtensions   int                 `msgpack:"acwExtensions,omitempty"`
	CompletionCodes []POMCompletionCode `msgpack:"completionCodes"`
	DefaultCompCode POMCompletionCode   `msgpack:"defaultCompCode"`
	AgentScriptURL  string              `msgpack:"agentScriptURL,omitempty"`
	// Repeat starts the list again when its last contact is done, a minute after
	// it began at the earliest.
	Repeat bool `msgpack:"repeat,omitempty"`

	// PreviewTime is the time to decide on a preview in seconds; 0 is untimed.
	PreviewTime int `msgpack:"previewTime,omitempty"`
	// PreviewCancel allows AGTPreviewCancel in a preview (L666). A callback may
	// always be cancelled.
	PreviewCancel bool `msgpack:"previewCancel,omitempty"`
	// AddressBook lists the external parties to consult (L1403), FreeConsult
	// allows any number.
	AddressBook []POMDestination `msgpack:"addressBook,omitempty"`
	FreeConsult bool             `msgpack:"freeConsult,omitempty"`
	// CallbackTypes are the types of callback agents may create (L1747), none
	// when empty. CallbackExpiry is proposed for each, in minutes.
	CallbackTypes  []POMCallbackType `msgpack:"callbackTypes,omitempty"`
	CallbackExpiry int               `msgpack:"callbackExpiry,omitempty"`
	// CallingWindow is when contacts may be dialled, in their own time zone.
	// Without it they may be at any time.
	CallingWindow *CallingWindow `msgpack:"callingWindow,omitempty"`
	// Retries says after which outcomes a contact is dialled again.
	Retries []Retry `msgpack:"retries,omitempty"`
	// AbandonLimit is how many of a thousand live answers a predictive campaign
	// may abandon.
	AbandonLimit int `msgpack:"abandonLimit,omitempty"`
}

// CallingWindow is the time of day at which a contact may be dialled, in the
// contact's time zone.
type CallingWindow struct {
	// From and To are minutes after midnight, From before To; To is at most
	// 1440.
	From int `msgpack:"from"`
	To   int `msgpack:"to"`
	// Days are the days of the week, 0 for Sunday to 6; empty means every day.
	Days []int `msgpack:"days,omitempty"`
}

// Retry says how a contact is dialled again after an outcome: the same number,
// after a pause.
type Retry struct {
	// Outcome is how the attempt ended; [OutcomeMachine] for a machine.
	Outcome Cause `msgpack:"outcome"`
	// After is the pause in seconds, from 1.
	After int `msgpack:"after"`
	// Attempts is how often at most in a round, whatever the number, from 1.
	Attempts int `msgpack:"attempts"`
}

// OutcomeMachine is the outcome of an attempt that a machine answered.
const OutcomeMachine Cause = "machine"

// ZoneSettings are the settings of a zone.
type ZoneSettings struct {
	// Zones lists all zones of the installation, for AGTGetZoneList.
	Zones []string `msgpack:"zones"`
	// Switch is the name of the switch that carries the nailing calls.
	Switch string `msgpack:"switch"`
	// TimeZone is the IANA time zone of contacts that have none; empty is UTC.
	TimeZone string `msgpack:"timeZone,omitempty"`
	// CallbackNotice is how long before a callback its agent is told, in seconds.
	CallbackNotice int `msgpack:"callbackNotice,omitempty"`
	// CallbackPreview is the time to decide on a callback in seconds; 0 dials at
	// once (L798).
	CallbackPreview int `msgpack:"callbackPreview,omitempty"`
	// StatusAfter is after how much silence of a desktop the leader asks for its
	// status, in seconds; 0 never asks.
	StatusAfter int `msgpack:"statusAfter,omitempty"`
	// DisconnectGrace is how long a desktop may be gone, in seconds.
	DisconnectGrace int `msgpack:"disconnectGrace,omitempty"`
	// Down: the zone is going down (L3085). Agents have DownGrace, in
	// milliseconds, to finish.
	Down      bool `msgpack:"down,omitempty"`
	DownGrace int  `msgpack:"downGrace,omitempty"`
	// ErrorStrings are error messages in other languages.
	ErrorStrings []ErrorString `msgpack:"errorStrings,omitempty"`
}

// ErrorString is the message of one error code in another language (L1911).
type ErrorString struct {
	// Locale is as in AGTLogon; "de" also serves "de_AT".
	Locale  string `msgpack:"locale"`
	Code    Code   `msgpack:"code"`
	Message string `msgpack:"message"`
}

// LeaderData is the data of LeaderClaimed.
type LeaderData struct {
	// Epoch grows by one with each leader, from 1.
	Epoch  uint64 `msgpack:"epoch"`
	Broker string `msgpack:"broker"`
}

// ContactDialedData is the data of ContactDialed.
type ContactDialedData struct {
	ContactID     string           `msgpack:"contactID"`
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
	LegID         string           `msgpack:"legID"`
	// Attempt counts the calls to this contact in this round, from 1.
	Attempt int `msgpack:"attempt"`
}

// ContactOfferedData is the data of ContactOffered.
type ContactOfferedData struct {
	ContactID string `msgpack:"contactID"`
	AgentID   string `msgpack:"agentID"`
	// ContactNumber is dialled unless the agent chooses another.
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
	// List is the campaign that has the contact. For a callback to another
	// campaign it is not that of the call.
	List string `msgpack:"list"`
	// Callback: the session is that of a callback.
	Callback bool `msgpack:"callback,omitempty"`
}

// NumberDialedData is the data of NumberDialed.
type NumberDialedData struct {
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
	LegID         string           `msgpack:"legID"`
}

// ConsultRequestedData is the data of ConsultRequested.
type ConsultRequestedData struct {
	Destination POMDestination `msgpack:"destination"`
	// LegID is the line to an external party.
	LegID string `msgpack:"legID,omitempty"`
}

// ConsultPartyData is the data of ConsultStarted, ConferenceStarted,
// CallTransferred and ConferenceOwnerChanged. The event names the agent who
// owned the call up to then.
type ConsultPartyData struct {
	// AgentID is the other agent, or LegID and Number the external party.
	AgentID string `msgpack:"agentID,omitempty"`
	LegID   string `msgpack:"legID,omitempty"`
	Number  string `msgpack:"number,omitempty"`
}

// ConsultEndedData is the data of ConsultEnded and ConferenceEnded.
type ConsultEndedData struct {
	AgentID string `msgpack:"agentID,omitempty"`
	LegID   string `msgpack:"legID,omitempty"`
	// By is who ended it; PartyPassive is the other side.
	By Party `msgpack:"by"`
	// Cause says how a line to an external party ended or failed.
	Cause Cause `msgpack:"cause,omitempty"`
}

// AgentDisconnectedData is the data of AgentDisconnected.
type AgentDisconnectedData struct {
	AgentID string `msgpack:"agentID"`
	// By is who noticed: the agent's side by AGTAgentDisconnected, or the broker
	// because the desktop left GetAgentStatus without an answer.
	By Party `msgpack:"by"`
}

// AgentReconnectedData is the data of AgentReconnected.
type AgentReconnectedData struct {
	AgentID string `msgpack:"agentID"`
}

// LogonWaitsData is the data of LogonWaits: an AGTLogon that is not decided yet.
type LogonWaitsData struct {
	AgentID string      `msgpack:"agentID"`
	Logon   LogonParams `msgpack:"logon"`
	// Deadline is that of the command, 0 for none.
	Deadline int64 `msgpack:"deadline,omitempty"`
}

// AgentStatusDiffersData is the data of AgentStatusDiffers.
type AgentStatusDiffersData struct {
	AgentID string `msgpack:"agentID"`
	// Desktop is what the desktop showed, Broker what the log says.
	Desktop POMAgentStatus `msgpack:"desktop"`
	Broker  POMAgentStatus `msgpack:"broker"`
}

// CallConnectedData is the data of CallConnected.
type CallConnectedData struct {
	AgentID string `msgpack:"agentID"`
}

// Party says who did something to a call.
type Party string

const (
	// PartyAgent is the agent.
	PartyAgent Party = "agent"
	// PartyPassive is the agent or the external party who was consulted.
	PartyPassive Party = "passive"
	// PartyCustomer is the customer.
	PartyCustomer Party = "customer"
	// PartySwitch is the telephone system.
	PartySwitch Party = "switch"
	// PartyBroker is Deskbus itself, by a timer or a rule.
	PartyBroker Party = "broker"
)

// CallEndedData is the data of CallEnded.
type CallEndedData struct {
	By    Party `msgpack:"by"`
	Cause Cause `msgpack:"cause"`
	Q850  int   `msgpack:"q850,omitempty"`
	// Answered is false for an attempt the customer never answered.
	Answered bool `msgpack:"answered"`
	// Abandoned marks an answered call that found no agent in time.
	Abandoned bool `msgpack:"abandoned,omitempty"`
	// Machine marks a call that a machine answered.
	Machine bool `msgpack:"machine,omitempty"`
}

// AttributeChangedData is the data of ContactAttributeChanged.
type AttributeChangedData struct {
	ContactID string `msgpack:"contactID"`
	// Attribute is as it is from now on, its value masked if it is MASKED_WRITE.
	Attribute POMAttribute `msgpack:"attribute"`
}

// NoteAddedData is the data of AgentNoteAdded.
type NoteAddedData struct {
	ContactID string `msgpack:"contactID"`
	AgentNote string `msgpack:"agentNote"`
}

// DispositionData is the data of Disposition.
type DispositionData struct {
	ContactID      string            `msgpack:"contactID"`
	CompletionCode POMCompletionCode `msgpack:"completionCode"`
	By             Party             `msgpack:"by"`
	// Reason is why the broker disposed of it before its time.
	Reason DispositionReason `msgpack:"reason,omitempty"`
}

// DispositionReason says why the broker disposed of a call before its time.
type DispositionReason string

const (
	// ReasonForcedLogon: another logon took the agent by force (L593).
	ReasonForcedLogon DispositionReason = "forced_logon"
	// ReasonZoneDown: the zone went down (L3085).
	ReasonZoneDown DispositionReason = "zone_down"
	// ReasonDisconnected: the desktop was gone for too long (L2429).
	ReasonDisconnected DispositionReason = "disconnected"
)

// ContactIDData is the data of ContactSkipped and ContactQueued.
type ContactIDData struct {
	ContactID string `msgpack:"contactID"`
}

// AddressData is the data of AddressAddedToDNC.
type AddressData struct {
	// Address is + and 3 to 20 digits.
	Address string `msgpack:"address"`
}

// FactScope says which subject tree a fact belongs to.
type FactScope int

// The scopes of facts.
const (
	ScopeNone FactScope = iota
	ScopeCall
	ScopeJob
	ScopeZone
)

// Scope returns where a fact belongs, ScopeNone for an unknown name.
func Scope(fact string) FactScope {
	switch fact {
	case ContactDialed, ContactOffered, NumberDialed, CallAnswered, CallConnected, CallEnded, ContactAttributeChanged,
		AgentNoteAdded, ConsultRequested, ConsultStarted, ConsultEnded, ConferenceStarted, ConferenceEnded,
		ConferenceOwnerChanged, CallTransferred, Disposition:
		return ScopeCall
	case CampaignConfigured, ContactAdded, ContactSkipped, ContactQueued, CallbackCreated, CallbackDue, CallbackEnded,
		CampaignStarted, CampaignFinished, CampaignWithdrawn:
		return ScopeJob
	case LeaderClaimed, ZoneConfigured, AddressAddedToDNC, AgentDisconnected, AgentReconnected, LogonWaits,
		AgentStatusDiffers:
		return ScopeZone
	}
	return ScopeNone
}

// Facts lists the names of all facts.
func Facts() []string {
	return []string{
		ContactDialed, ContactOffered, NumberDialed, CallAnswered, CallConnected, CallEnded, ContactAttributeChanged,
		AgentNoteAdded, ConsultRequested, ConsultStarted, ConsultEnded, ConferenceStarted, ConferenceEnded,
		ConferenceOwnerChanged, CallTransferred, Disposition,
		CampaignConfigured, ContactAdded, ContactSkipped, ContactQueued, CallbackCreated, CallbackDue, CallbackEnded,
		CampaignStarted, CampaignFinished, CampaignWithdrawn,
		LeaderClaimed, ZoneConfigured, AddressAddedToDNC, AgentDisconnected, AgentReconnected, LogonWaits, AgentStatusDiffers,
	}
}

// factData returns the decoder for the data of a fact, nil for an unknown
// name.
func factData(name string) dataDecoder {
	switch name {
	case ContactDialed:
		return as[ContactDialedData]
	case ContactOffered:
		return as[ContactOfferedData]
	case NumberDialed:
		return as[NumberDialedData]
	case CallAnswered:
		return as[LegData]
	case CallConnected:
		return as[CallConnectedData]
	case CallEnded:
		return as[CallEndedData]
	case ContactAttributeChanged:
		return as[AttributeChangedData]
	case AgentNoteAdded:
		return as[NoteAddedData]
	case ConsultRequested:
		return as[ConsultRequestedData]
	case ConsultStarted, ConferenceStarted, ConferenceOwnerChanged, CallTransferred:
		return as[ConsultPartyData]
	case ConsultEnded, ConferenceEnded:
		return as[ConsultEndedData]
	case Disposition:
		return as[DispositionData]
	case CampaignConfigured:
		return as[Campaign]
	case ContactAdded:
		return as[POMCustomerDetails]
	case ContactSkipped, ContactQueued:
		return as[ContactIDData]
	case CallbackCreated:
		return as[CallbackData]
	case CallbackDue:
		return as[CallbackIDData]
	case CallbackEnded:
		return as[CallbackEndedData]
	case CampaignStarted, CampaignFinished, CampaignWithdrawn:
		return as[NoData]
	case LeaderClaimed:
		return as[LeaderData]
	case ZoneConfigured:
		return as[ZoneSettings]
	case AddressAddedToDNC:
		return as[AddressData]
	case AgentDisconnected:
		return as[AgentDisconnectedData]
	case AgentReconnected:
		return as[AgentReconnectedData]
	case LogonWaits:
		return as[LogonWaitsData]
	case AgentStatusDiffers:
		return as[AgentStatusDiffersData]
	}
	return nil
}
