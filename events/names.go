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
	// Disposition: the call has its completion code; the session is over.
	Disposition = "Disposition"
)

// Names of the facts about a campaign.
const (
	// CampaignConfigured: the campaign exists, with these settings from now on.
	CampaignConfigured = "CampaignConfigured"
	// ContactAdded: one more contact to dial.
	ContactAdded = "ContactAdded"
	// ContactSkipped: the contact is done for this round, because the numbers it
	// has left must not be called.
	ContactSkipped = "ContactSkipped"
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
