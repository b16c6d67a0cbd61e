package events

// The structures of the specification. It names them but lists few of their
// fields; the fields here are Deskbus's, named in the specification's style
// (reading 41). Fields are only ever added.

// POMAgentSkill is one skill of an agent.
type POMAgentSkill struct {
	SkillName string `msgpack:"skillName"`
	// SkillLevel is 1 (best) to 16; 0 means not given.
	SkillLevel int `msgpack:"skillLevel,omitempty"`
}

// POMContactNumber is a number of a contact. Name is "ExternalNumber" for a
// number the agent typed (L1982).
type POMContactNumber struct {
	Name   string `msgpack:"name"`
	Number string `msgpack:"number"`
}

// ExternalNumber is the name of a contact number the agent typed.
const ExternalNumber = "ExternalNumber"

// POMContact is what the agent sees of a contact and its job when a call
// arrives (L2650, L659).
type POMContact struct {
	ContactID    string             `msgpack:"contactID"`
	CampaignName string             `msgpack:"campaignName"`
	SkillName    string             `msgpack:"skillName,omitempty"`
	ContactType  POMContactType     `msgpack:"contactType"`
	FirstName    string             `msgpack:"firstName,omitempty"`
	LastName     string             `msgpack:"lastName,omitempty"`
	Numbers      []POMContactNumber `msgpack:"contactNumbers,omitempty"`
	// DialedNumber is the number this call was made to.
	DialedNumber string `msgpack:"dialedNumber,omitempty"`
	// DefaultNumber is what AGTPreviewDial dials when the agent chooses nothing
	// else; only in a preview or callback that is not dialled yet.
	DefaultNumber *POMContactNumber `msgpack:"defaultNumber,omitempty"`
	// AgentScriptURL is what the desktop opens for the conversation.
	AgentScriptURL string `msgpack:"agentScriptURL,omitempty"`
	// TimeZone is the contact's IANA time zone.
	TimeZone string `msgpack:"timeZone,omitempty"`
	// PreviewTime is the time to decide on a preview, in seconds; 0 is untimed,
	// or "dial at once" for a callback (L798).
	PreviewTime int `msgpack:"previewTime,omitempty"`
}

// POMAttribute is a typed attribute of a contact.
type POMAttribute struct {
	Name  string           `msgpack:"name"`
	Value string           `msgpack:"value"`
	Type  POMAttributeType `msgpack:"attributeType"`
	// DataType is what a value must be; empty is any text (L2093).
	DataType POMDataType `msgpack:"dataType,omitempty"`
}

// POMCustomerDetails is the whole record of a contact (L2047).
type POMCustomerDetails struct {
	ContactID  string             `msgpack:"contactID"`
	Title      string             `msgpack:"title,omitempty"`
	FirstName  string             `msgpack:"firstName,omitempty"`
	LastName   string             `msgpack:"lastName,omitempty"`
	Email      string             `msgpack:"email,omitempty"`
	TimeZone   string             `msgpack:"timeZone,omitempty"`
	Numbers    []POMContactNumber `msgpack:"contactNumbers,omitempty"`
	Attributes []POMAttribute     `msgpack:"attributes,omitempty"`
}

// POMCompletionCode is a disposition.
type POMCompletionCode struct {
	Code string `msgpack:"code"`
	Name string `msgpack:"name,omitempty"`
}

// AnswerMachine is the completion code of a call a machine answered (L446).
const AnswerMachine = "Answer_Machine"

// WrapupData says how a call may be wrapped up (L1256).
type WrapupData struct {
	// ACWMaxTime is the time for it in seconds, from 0. 0 with the code
	// [AnswerMachine] is "at once", 0 with another code is untimed (reading 21).
	ACWMaxTime int `msgpack:"acwMaxTime"`
	// ACWExtendable says whether AGTExtendWrapup will give more time.
	ACWExtendable   bool              `msgpack:"acwExtendable"`
	DefaultCompCode POMCompletionCode `msgpack:"defaultCompCode"`
}

// POMKeyValuePair is a key and its value.
type POMKeyValuePair struct {
	Key   string `msgpack:"key"`
	Value string `msgpack:"value"`
}

// POMDestination is somebody to consult (L1467).
type POMDestination struct {
	Type POMDestinationType `msgpack:"destinationType"`
	// ID is the agent id, Number the address of an external party.
	ID     string `msgpack:"id,omitempty"`
	Name   string `msgpack:"name,omitempty"`
	Number string `msgpack:"number,omitempty"`
}

// POMCallbackDest is where a callback may go (L1825).
type POMCallbackDest struct {
	ID   string `msgpack:"id"`
	Name string `msgpack:"name,omitempty"`
}

// POMErrorCode asks for the details of an error (L1922).
type POMErrorCode struct {
	ErrorCode Code   `msgpack:"errorCode"`
	APIName   string `msgpack:"apiName,omitempty"`
}

// POMErrorInfo describes an error (L1939).
type POMErrorInfo struct {
	ErrorCode            Code      `msgpack:"errorCode"`
	ErrorType            ErrorType `msgpack:"errorType"`
	ErrorString          string    `msgpack:"errorString"`
	LocalizedErrorString string    `msgpack:"localizedErrorString"`
	APIName              string    `msgpack:"apiName,omitempty"`
}

// POMAgentStatus is an agent's state as the desktop or the broker knows it
// (L2221, reading 3).
type POMAgentStatus struct {
	AgentState   POMAgentState   `msgpack:"agentState"`
	NailupStatus POMNailupStatus `msgpack:"nailupStatus"`
	CallState    POMCallState    `msgpack:"callState"`
	SessionID    string          `msgpack:"sessionID,omitempty"`
	// Since is when the call state was entered: microseconds since 1970, UTC.
	Since int64 `msgpack:"since,omitempty"`
}

// POMCapabilities says what the agent may do now (L3112).
type POMCapabilities struct {
	CanHold            bool `msgpack:"canHold"`
	CanUnhold          bool `msgpack:"canUnhold"`
	CanTransfer        bool `msgpack:"canTransfer"`
	CanConference      bool `msgpack:"canConference"`
	CanRelease         bool `msgpack:"canRelease"`
	CanDispose         bool `msgpack:"canDispose"`
	CanOriginate       bool `msgpack:"canOriginate"`
	CanCreateCallback  bool `msgpack:"canCreateCallback"`
	CanSendDTMF        bool `msgpack:"canSendDTMF"`
	CanUpdateRecord    bool `msgpack:"canUpdateRecord"`
	CanLeaveConference bool `msgpack:"canLeaveConference"`
	CanLeaveConsult    bool `msgpack:"canLeaveConsult"`
	CanEndConference   bool `msgpack:"canEndConference"`
	CanChangeOwnership bool `msgpack:"canChangeOwnership"`
	CanReady           bool `msgpack:"canReady"`
	CanNotReady        bool `msgpack:"canNotReady"`
	// CanRecord is always false: the API has no recording command (reading 35).
	CanRecord bool `msgpack:"canRecord"`
}

// CanConsult is derived, because it is no capability of its own (L3279).
func (c POMCapabilities) CanConsult() bool {
	return c.CanTransfer && c.CanConference && !c.CanLeaveConsult
}
