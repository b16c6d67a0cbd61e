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
	// Repeat starts the list again when its last contact is done.
	Repeat bool `msgpack:"repeat,omitempty"`
}

// ZoneSettings are the settings of a zone.
type ZoneSettings struct {
	// Zones lists all zones of the installation, for AGTGetZoneList.
	Zones []string `msgpack:"zones"`
	// Switch is the name of the switch that carries the nailing calls.
	Switch string `msgpack:"switch"`
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

// CallConnectedData is the data of CallConnected.
type CallConnectedData struct {
	AgentID string `msgpack:"agentID"`
}

// Party says who did something to a call.
type Party string

const (
	// PartyAgent is the agent.
	PartyAgent Party = "agent"
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
}

// ContactIDData is the data of ContactSkipped.
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
	case ContactDialed, CallAnswered, CallConnected, CallEnded, ContactAttributeChanged, AgentNoteAdded, Disposition:
		return ScopeCall
	case CampaignConfigured, ContactAdded, ContactSkipped, CampaignStarted, CampaignFinished, CampaignWithdrawn:
		return ScopeJob
	case LeaderClaimed, ZoneConfigured, AddressAddedToDNC:
		return ScopeZone
	}
	return ScopeNone
}

// Facts lists the names of all facts.
func Facts() []string {
	return []string{
		ContactDialed, CallAnswered, CallConnected, CallEnded, ContactAttributeChanged, AgentNoteAdded, Disposition,
		CampaignConfigured, ContactAdded, ContactSkipped, CampaignStarted, CampaignFinished,
		CampaignWithdrawn,
		LeaderClaimed, ZoneConfigured, AddressAddedToDNC,
	}
}

// factData returns the decoder for the data of a fact, nil for an unknown
// name.
func factData(name string) dataDecoder {
	switch name {
	case ContactDialed:
		return as[ContactDialedData]
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
	case Disposition:
		return as[DispositionData]
	case CampaignConfigured:
		return as[Campaign]
	case ContactAdded:
		return as[POMCustomerDetails]
	case ContactSkipped:
		return as[ContactIDData]
	case CampaignStarted, CampaignFinished, CampaignWithdrawn:
		return as[NoData]
	case LeaderClaimed:
		return as[LeaderData]
	case ZoneConfigured:
		return as[ZoneSettings]
	case AddressAddedToDNC:
		return as[AddressData]
	}
	return nil
}
