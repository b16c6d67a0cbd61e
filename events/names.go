package events

// Names of the commands (L503 to L552), in the order of the specification.
const (
	AGTLogon                  = "AGTLogon"
	AGTLogoff                 = "AGTLogoff"
	AGTStateChange            = "AGTStateChange"
	AGTHoldCall               = "AGTHoldCall"
	AGTUnholdCall             = "AGTUnholdCall"
	AGTReleaseLine            = "AGTReleaseLine"
	AGTGetCompCodes           = "AGTGetCompCodes"
	AGTWrapupContact          = "AGTWrapupContact"
	AGTExtendWrapup           = "AGTExtendWrapup"
	AGTGetConsultTypes        = "AGTGetConsultTypes"
	AGTGetConsultDestsForType = "AGTGetConsultDestsForType"
	AGTConsultCall            = "AGTConsultCall"
	AGTCompleteTransfer       = "AGTCompleteTransfer"
	AGTCancelConsult          = "AGTCancelConsult"
	AGTStartConf              = "AGTStartConf"
	AGTEndConf                = "AGTEndConf"
	AGTConfChangeOwnership    = "AGTConfChangeOwnership"
	AGTRedial                 = "AGTRedial"
	AGTSendDTMF               = "AGTSendDTMF"
	AGTGetCallbackTypes       = "AGTGetCallbackTypes"
	// AGTGetCallbackDestsForType has its second form (L1793, reading 29).
	AGTGetCallbackDestsForType = "AGTGetCallbackDestsForType"
	AGTCreateCallback          = "AGTCreateCallback"
	AGTGetErrorString          = "AGTGetErrorString"
	AGTGetErrorInfo            = "AGTGetErrorInfo"
	AGTPreviewDial             = "AGTPreviewDial"
	AGTPreviewCancel           = "AGTPreviewCancel"
	AGTGetCustomerDetails      = "AGTGetCustomerDetails"
	AGTSetCustomerDetail       = "AGTSetCustomerDetail"
	AGTBlendToInbound          = "AGTBlendToInbound"
	AGTBlendToOutbound         = "AGTBlendToOutbound"
	AGTNailupAgent             = "AGTNailupAgent"
	AGTReadyForNailup          = "AGTReadyForNailup"
	AGTLostNailing             = "AGTLostNailing"
	AGTPendingLogout           = "AGTPendingLogout"
	AGTAddAgentNote            = "AGTAddAgentNote"
	AGTRefreshAgentNotes       = "AGTRefreshAgentNotes"
	AGTGetTimezones            = "AGTGetTimezones"
	AGTAvailableForNailup      = "AGTAvailableForNailup"
	AGTAgentDisconnected       = "AGTAgentDisconnected"
	GetAgentStatusResponse     = "GetAgentStatusResponse"
	AGTAddToDNC                = "AGTAddToDNC"
	AGTGetZoneList             = "AGTGetZoneList"
	AGTIsInDNC                 = "AGTIsInDNC"
	AGTSaveAgentForHA          = "AGTSaveAgentForHA"
	AGTSkillsChanged           = "AGTSkillsChanged"
	AGTGetContactAttributes    = "AGTGetContactAttributes"
)

// Commands lists the 46 commands.
func Commands() []string {
	return []string{
		AGTLogon, AGTLogoff, AGTStateChange, AGTHoldCall, AGTUnholdCall, AGTReleaseLine, AGTGetCompCodes,
		AGTWrapupContact, AGTExtendWrapup, AGTGetConsultTypes, AGTGetConsultDestsForType, AGTConsultCall,
		AGTCompleteTransfer, AGTCancelConsult, AGTStartConf, AGTEndConf, AGTConfChangeOwnership, AGTRedial,
		AGTSendDTMF, AGTGetCallbackTypes, AGTGetCallbackDestsForType, AGTCreateCallback, AGTGetErrorString,
		AGTGetErrorInfo, AGTPreviewDial, AGTPreviewCancel, AGTGetCustomerDetails, AGTSetCustomerDetail,
		AGTBlendToInbound, AGTBlendToOutbound, AGTNailupAgent, AGTReadyForNailup, AGTLostNailing,
		AGTPendingLogout, AGTAddAgentNote, AGTRefreshAgentNotes, AGTGetTimezones, AGTAvailableForNailup,
		AGTAgentDisconnected, GetAgentStatusResponse, AGTAddToDNC, AGTGetZoneList, AGTIsInDNC,
		AGTSaveAgentForHA, AGTSkillsChanged, AGTGetContactAttributes,
	}
}

// RESP returns the name of the response to a command: "AGTHoldCallRESP".
func RESP(command string) string { return command + "RESP" }

// Names of the notifications (L554 to L585). Where the specification varies,
// the name in the signature wins (reading 31).
const (
	AGTStateChangedNotify         = "AGTStateChangedNotify"
	AGTCallNotify                 = "AGTCallNotify"
	AGTAutoReleaseLine            = "AGTAutoReleaseLine"
	AGTConsultNotify              = "AGTConsultNotify"
	AGTConsultCancelled           = "AGTConsultCancelled"
	AGTTransferNotify             = "AGTTransferNotify"
	AGTConferenceNotify           = "AGTConferenceNotify"
	AGTConferenceEnded            = "AGTConferenceEnded"
	AGTConferenceOwnershipChanged = "AGTConferenceOwnershipChanged"
	AGTCapabilitiesChanged        = "AGTCapabilitiesChanged"
	AGTNailupChange               = "AGTNailupChange"
	AGTCallStateChangedNotify     = "AGTCallStateChangedNotify"
	AGTDialFailed                 = "AGTDialFailed"
	AGTConsultDialFailed          = "AGTConsultDialFailed"
	AGTConsultPending             = "AGTConsultPending"
	AGTPendingConsultComplete     = "AGTPendingConsultComplete"
	AGTPreviewCallbackPending     = "AGTPreviewCallbackPending"
	AGTPreviewCallbackCancelled   = "AGTPreviewCallbackCancelled"
	AGTAgentLoggedOut             = "AGTAgentLoggedOut"
	AGTEnableCancelConsult        = "AGTEnableCancelConsult"
	AGTInvalidCommandName         = "AGTInvalidCommandName"
	AGTCustomerDetailsChanged     = "AGTCustomerDetailsChanged"
	AGTBlendedToInbound           = "AGTBlendedToInbound"
	AGTBlendedToOutbound          = "AGTBlendedToOutbound"
	AGTZoneDown                   = "AGTZoneDown"
	AGTJobAttached                = "AGTJobAttached"
	GetAgentStatus                = "GetAgentStatus"
	// POMAvailable and POMNotAvailable come from the connector itself and never
	// stand in the log (L3021, L3035).
	POMAvailable    = "POMAvailable"
	POMNotAvailable = "POMNotAvailable"
)

// Notifications lists the 29 notifications.
func Notifications() []string {
	return []string{
		AGTStateChangedNotify, AGTCallNotify, AGTAutoReleaseLine, AGTConsultNotify, AGTConsultCancelled,
		AGTTransferNotify, AGTConferenceNotify, AGTConferenceEnded, AGTConferenceOwnershipChanged,
		AGTCapabilitiesChanged, AGTNailupChange, AGTCallStateChangedNotify, AGTDialFailed, AGTConsultDialFailed,
		AGTConsultPending, AGTPendingConsultComplete, AGTPreviewCallbackPending, AGTPreviewCallbackCancelled,
		AGTAgentLoggedOut, AGTEnableCancelConsult, AGTInvalidCommandName, AGTCustomerDetailsChanged,
		AGTBlendedToInbound, AGTBlendedToOutbound, AGTZoneDown, AGTJobAttached, GetAgentStatus,
		POMAvailable, POMNotAvailable,
	}
}

// Names of the facts about a call.
const (
	// ContactDialed: a contact is being dialled; the session begins.
	ContactDialed = "ContactDialed"
	// ContactOffered: an agent sees a contact that nobody has dialled yet, a
	// preview or a callback; the session begins.
	ContactOffered = "ContactOffered"
	// NumberDialed: an agent has a number of the contact dialled, from a preview
	// or again from the wrap-up.
	NumberDialed = "NumberDialed"
	// CallAnswered: the customer answered.
	CallAnswered = "CallAnswered"
	// CallConnected: an agent has the call.
	CallConnected = "CallConnected"
	// CallEnded: the customer's line is gone, or never came.
	CallEnded = "CallEnded"
	// ContactAttributeChanged: the agent changed an attribute of the contact.
	ContactAttributeChanged = "ContactAttributeChanged"
	// AgentNoteAdded: the agent left a note on the contact.
	AgentNoteAdded = "AgentNoteAdded"
	// ConsultRequested: the agent asks for another party: it waits for a busy
	// agent, rings outside, or starts at once.
	ConsultRequested = "ConsultRequested"
	// ConsultStarted: agent and party speak with each other, the customer is on
	// hold.
	ConsultStarted = "ConsultStarted"
	// ConsultEnded: the consult is over, or will not be.
	ConsultEnded = "ConsultEnded"
	// ConferenceStarted: agent, party and customer speak with each other.
	ConferenceStarted = "ConferenceStarted"
	// ConferenceEnded: one of the two left the conference; the owner has the call.
	ConferenceEnded = "ConferenceEnded"
	// ConferenceOwnerChanged: owner and passive agent changed places.
	ConferenceOwnerChanged = "ConferenceOwnerChanged"
	// CallTransferred: the party has the call, the agent has left it.
	CallTransferred = "CallTransferred"
	// Disposition: the call has its completion code; the session is over.
	Disposition = "Disposition"
)

// Names of the facts about a campaign.
const (
	// CampaignConfigured: the campaign exists, with these settings from now on.
	CampaignConfigured = "CampaignConfigured"
	// ContactAdded: one more contact to dial.
	ContactAdded = "ContactAdded"
	// ContactSkipped: the contact is done for this round: the numbers it has left
	// must not be dialled, or a callback was agreed.
	ContactSkipped = "ContactSkipped"
	// ContactQueued: the contact is to be dialled once more in this round.
	ContactQueued = "ContactQueued"
	// CallbackCreated: somebody is to be called back.
	CallbackCreated = "CallbackCreated"
	// CallbackDue: it is time to look for an agent for a callback.
	CallbackDue = "CallbackDue"
	// CallbackEnded: a callback will not be made.
	CallbackEnded = "CallbackEnded"
	// CampaignStarted: contacts are dialled from the start of the list.
	CampaignStarted = "CampaignStarted"
	// CampaignFinished: no contact is left.
	CampaignFinished = "CampaignFinished"
	// CampaignWithdrawn: nobody is dialled any more. The calls there are go on,
	// then the campaign is finished; configured again, it goes on.
	CampaignWithdrawn = "CampaignWithdrawn"
)

// Names of the facts about a zone.
const (
	// LeaderClaimed: a broker leads the zone from here on.
	LeaderClaimed = "LeaderClaimed"
	// ZoneConfigured: the settings of the zone from now on.
	ZoneConfigured = "ZoneConfigured"
	// AddressAddedToDNC: nobody dials this address any more.
	AddressAddedToDNC = "AddressAddedToDNC"
	// AgentDisconnected: an agent's desktop is gone; the agent gets no new work.
	AgentDisconnected = "AgentDisconnected"
	// AgentReconnected: the desktop is back.
	AgentReconnected = "AgentReconnected"
	// LogonWaits: another desktop has the session a logon wants, and is asked
	// whether it is there. AGTLogon follows when that is known.
	LogonWaits = "LogonWaits"
	// AgentStatusDiffers: a desktop showed something else than the log says.
	AgentStatusDiffers = "AgentStatusDiffers"
)

// Names of the commands to a switch.
const (
	Originate = "Originate"
	Hangup    = "Hangup"
	Bridge    = "Bridge"
	Hold      = "Hold"
	Play      = "Play"
	SendDTMF  = "SendDTMF"
	Snapshot  = "Snapshot"
)

// Names of the events from a switch.
const (
	Alerting      = "Alerting"
	Established   = "Established"
	Failed        = "Failed"
	Cleared       = "Cleared"
	BridgeChanged = "BridgeChanged"
	// LegHeld has its own Go name because [Held] is a call state.
	LegHeld          = "Held"
	RemoteHold       = "RemoteHold"
	DTMFReceived     = "DTMFReceived"
	PlayFinished     = "PlayFinished"
	AnswerClassified = "AnswerClassified"
	CommandRejected  = "CommandRejected"
	SwitchState      = "SwitchState"
)
