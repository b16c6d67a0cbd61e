package events

// POMAgentState is whether an agent takes calls (L1123).
type POMAgentState string

const (
	// NotReady: logged on, takes no calls.
	NotReady POMAgentState = "NotReady"
	// Ready: takes calls.
	Ready POMAgentState = "Ready"
	// PendingNotReady: asked for NotReady during a call; becomes NotReady when
	// the call, the pending consults and the pending callback are done.
	PendingNotReady POMAgentState = "PendingNotReady"
)

// POMNailupStatus is the state of the permanent line to the agent (L2806).
type POMNailupStatus string

const (
	// NotNailedUp: there is no line.
	NotNailedUp POMNailupStatus = "NotNailedUp"
	// PendingNailup: the desktop was asked to prepare for the nailing call.
	PendingNailup POMNailupStatus = "PendingNailup"
	// NailedUp: the line is up.
	NailedUp POMNailupStatus = "NailedUp"
	// PendingNailupDrop: the line is being dropped on purpose.
	PendingNailupDrop POMNailupStatus = "PendingNailupDrop"
	// NailingLost: the line went away unexpectedly.
	NailingLost POMNailupStatus = "NailingLost"
)

// POMCallState is what the agent is doing with a contact (L704).
type POMCallState string

const (
	// NoState: not Ready since logon.
	NoState POMCallState = "NoState"
	// Idle: no contact.
	Idle POMCallState = "Idle"
	// Preview: sees a contact that is dialled only on request.
	Preview POMCallState = "Preview"
	// Callback: sees a callback that is due.
	Callback POMCallState = "Callback"
	// Dialing: the customer is being dialled for this agent.
	Dialing POMCallState = "Dialing"
	// Talking: connected with the customer.
	Talking POMCallState = "Talking"
	// Held: the customer hears music.
	Held POMCallState = "Held"
	// Consult: speaks with another party, the customer on hold.
	Consult POMCallState = "Consult"
	// ConferenceOwner: leads a conference.
	ConferenceOwner POMCallState = "ConferenceOwner"
	// ConferencePassive: takes part in another agent's conference.
	ConferencePassive POMCallState = "ConferencePassive"
	// Wrapup: the conversation is over, the disposition is missing.
	Wrapup POMCallState = "Wrapup"
)

// POMDestinationType is a type of consult (L1398).
type POMDestinationType string

const (
	// DestinationAgent is another agent of the same job.
	DestinationAgent POMDestinationType = "Agent"
	// DestinationExternal is a number of the address book or a free one.
	DestinationExternal POMDestinationType = "External"
)

// POMCallbackType is a type of callback (L1752).
type POMCallbackType string

const (
	// CallbackStandard goes to any agent with the skill of the job.
	CallbackStandard POMCallbackType = "Standard"
	// CallbackAgent goes to the chosen agent first.
	CallbackAgent POMCallbackType = "Agent"
	// CallbackCampaign goes to any agent with the skill of a chosen campaign.
	CallbackCampaign POMCallbackType = "Campaign"
)

// POMAttributeType says what a desktop may do with an attribute (L680).
type POMAttributeType string

const (
	// AttributeReadOnly may be shown.
	AttributeReadOnly POMAttributeType = "READ_ONLY"
	// AttributeWrite may be shown and changed.
	AttributeWrite POMAttributeType = "WRITE"
	// AttributeScreenPop is for the desktop's screen pop.
	AttributeScreenPop POMAttributeType = "SCREEN_POP"
	// AttributeMaskedWrite may be changed; its value is masked in the feed.
	AttributeMaskedWrite POMAttributeType = "MASKED_WRITE"
)

// POMDataType says what the value of an attribute must be. An empty value is
// always allowed.
type POMDataType string

const (
	// DataInteger is a whole number of 64 bits, in decimal.
	DataInteger POMDataType = "INTEGER"
	// DataFloat is a decimal number.
	DataFloat POMDataType = "FLOAT"
	// DataBoolean is true or false.
	DataBoolean POMDataType = "BOOLEAN"
	// DataDate is a day, yyyy/MM/dd.
	DataDate POMDataType = "DATE"
)

// POMContactType is how a contact came to the agent (L657).
type POMContactType string

const (
	// ContactPredictive was dialled ahead of a free agent.
	ContactPredictive POMContactType = "Predictive"
	// ContactProgressive was dialled one for one free agent.
	ContactProgressive POMContactType = "Progressive"
	// ContactPreview is shown first and dialled on request.
	ContactPreview POMContactType = "Preview"
	// ContactCallback is a callback that is due.
	ContactCallback POMContactType = "Callback"
)

// Cause says why a leg failed or ended. The terms are those of CSTA and SIP;
// the common key is the Q.850 value beside it.
type Cause string

// POMDialFailReason is the [Cause] with which a dial attempt failed (L2841).
type POMDialFailReason = Cause

// The causes a switch may give.
const (
	CauseBusy          Cause = "busy"
	CauseNoAnswer      Cause = "no_answer"
	CauseRejected      Cause = "rejected"
	CauseInvalidNumber Cause = "invalid_number"
	CauseUnreachable   Cause = "unreachable"
	CauseCongestion    Cause = "congestion"
	CauseCancelled     Cause = "cancelled"
	CauseNormal        Cause = "normal"
	CauseMediaTimeout  Cause = "media_timeout"
	CauseSwitchFailure Cause = "switch_failure"
)
