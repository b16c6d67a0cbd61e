package events

import "errors"

// Code is the result of a command: 0, or an error of the table at L3172. The
// codes 9996 to 9999 come from the connector and the deadline rule (L972).
type Code int

// The codes, in the order of the table.
const (
	Success                  Code = 0
	CommandFailure           Code = 1
	AgentNotRegistered       Code = 2
	MediaServerCheck         Code = 3
	AgentAlreadyNailed       Code = 5
	PasswordNotVerified      Code = 6
	AgentAlreadyLoggedIn     Code = 7
	AgentForcedLogin         Code = 8
	SkillsNotFound           Code = 9
	StateNotChanged          Code = 10
	LoginInternalError       Code = 11
	ZoneNotFound             Code = 12
	InvalidLocale            Code = 13
	InvalidExtension         Code = 14
	InvalidTimezone          Code = 15
	InvalidAgentName         Code = 16
	AuthenticationFailed     Code = 17
	AlreadyReady             Code = 61
	WalkAwayInCall           Code = 62
	SameReason               Code = 63
	StateChangeRefused       Code = 64
	ReleaseFailed            Code = 81
	AlreadyDisconnected      Code = 82
	HoldFailed               Code = 101
	HoldDisconnected         Code = 102
	HoldNotOnCall            Code = 103
	UnholdFailed             Code = 121
	UnholdDisconnected       Code = 122
	UnholdNotOnCall          Code = 123
	ConsultNotReady          Code = 141
	ConsultLoggedOut         Code = 142
	ConsultInvalid           Code = 143
	ConsultTooMany           Code = 144
	ConferenceFailed         Code = 181
	ConferenceNoConsult      Code = 182
	ConferenceLoggedOut      Code = 183
	ConferenceNotReady       Code = 184
	WrapupNoContact          Code = 201
	WrapupInvalidCode        Code = 202
	CallbackDestsInvalidType Code = 221
	ContactZoneUnknown       Code = 222
	NoCampaigns              Code = 223
	DialNotInPreview         Code = 241
	CancelNotInPreview       Code = 242
	MovingToPendingNotReady  Code = 261
	OwnerCannotLeave         Code = 281
	NotInConference          Code = 301
	NotConferenceOwner       Code = 302
	PassiveAgentNotFound     Code = 303
	NotAgentConference       Code = 321
	InvalidDTMF              Code = 341
	DTMFNotInCall            Code = 342
	DTMFFailed               Code = 343
	RedialNotInWrapup        Code = 361
	RedialInvalidAddress     Code = 362
	NoDestinations           Code = 382
	NoAgentsAvailable        Code = 383
	CancelConsultFailed      Code = 401
	ConsultAlreadyStarted    Code = 402
	TransferFailed           Code = 421
	RecordStartFailed        Code = 441
	RecordStopFailed         Code = 461
	CallbackTypeInvalid      Code = 481
	CallbackDestNotFound     Code = 482
	CallbackNotInCall        Code = 483
	CallbackNoCampaign       Code = 484
	CallbackTypeUnknown      Code = 485
	CallbackTimeFormat       Code = 486
	CallbackExpiryInvalid    Code = 487
	CallbackTimePast         Code = 488
	ExtendNotInWrapup        Code = 501
	NoCustomerDetails        Code = 521
	LogoffNotReadyFirst      Code = 541
	NoteInvalid              Code = 561
	NoteFailed               Code = 562
	NoteNoContact            Code = 563
	AlreadyInbound           Code = 581
	AlreadyOutbound          Code = 601
	DNCAlreadyPresent        Code = 621
	DNCFailed                Code = 622
	DNCInvalid               Code = 623
	DNCInvalidAddress        Code = 624
	AttributeReadOnlyCode    Code = 641
	AttributeInvalidValue    Code = 642
	NoErrorString            Code = 1001
	InitServerUnreachable    Code = 9001
	AgentUnknown             Code = 9002
	UnexpectedCommand        Code = 9003
	NotInThisState           Code = 9004
	SystemNotAvailable       Code = 9005
	AgentNotNailed           Code = 9006
	MediaServerError         Code = 9007
	InvalidData              Code = 9008
	MediaServerUnreachable   Code = 9009
	TooFewParameters         Code = 9010
	InvalidCommandNameCode   Code = 9011
	Initializing             Code = 9012
	RequestFailed            Code = 9050
	SDKFailure               Code = 9996
	InvalidArgument          Code = 9997
	PAMNotAvailableForZone   Code = 9998
	POMNotAvailableCode      Code = 9999
)

// ErrorType says how loudly a desktop should show an error (L1948).
type ErrorType string

const (
	// Info may be suppressed or shown in the status bar.
	Info ErrorType = "Info"
	// Minor belongs in the status bar.
	Minor ErrorType = "Minor"
	// Major is a pop-up, or the status bar in red.
	Major ErrorType = "Major"
	// Critical is a pop-up.
	Critical ErrorType = "Critical"
)

// CatalogueEntry is one row of the table of error codes.
type CatalogueEntry struct {
	Code    Code
	Type    ErrorType
	Message string
}

// catalogue is in ascending order of codes. 481 and 482 are garbled in the
// table and completed by sense (reading 32).
var catalogue = []CatalogueEntry{
	{Success, Info, "Success."},
	{CommandFailure, Major, "Command Failure."},
	{AgentNotRegistered, Major, "This agent is not registered with the system."},
	{MediaServerCheck, Minor, "Unable to login. Check media server."},
	{AgentAlreadyNailed, Minor, "Agent is already nailed."},
	{PasswordNotVerified, Major, "Unable to verify password."},
	{AgentAlreadyLoggedIn, Major, "Agent is already logged in."},
	{AgentForcedLogin, Minor, "Agent is forcefully logging in to the system."},
	{SkillsNotFound, Major, "Agent skills not found."},
	{StateNotChanged, Major, "Unable to change the state of the agent."},
	{LoginInternalError, Major, "Internal error. Unable to login agent."},
	{ZoneNotFound, Major, "Login failure. Zone not found."},
	{InvalidLocale, Major, "Login failure. Invalid Locale."},
	{InvalidExtension, Major, "Login failure. Invalid Agent Extension."},
	{InvalidTimezone, Major, "Login failure. Invalid Timezone."},
	{InvalidAgentName, Major, "Login failure. Invalid Agent Name."},
	{AuthenticationFailed, Major, "Login failure. Authentication of agent failed."},
	{AlreadyReady, Info, "Agent is already in ready state."},
	{WalkAwayInCall, Minor, "Agent walkaway received when agent is handling a call."},
	{SameReason, Info, "State change request sent more than once with the same reason code."},
	{StateChangeRefused, Major, "Unable to change the current state."},
	{ReleaseFailed, Minor, "Unable to release the call."},
	{AlreadyDisconnected, Info, "Call is already disconnected."},
	{HoldFailed, Major, "Unable to hold."},
	{HoldDisconnected, Minor, "Unable to hold as call is disconnected."},
	{HoldNotOnCall, Minor, "Unable to hold as agent is not on call."},
	{UnholdFailed, Major, "Unable to unhold."},
	{UnholdDisconnected, Minor, "Unable to unhold as call is disconnected."},
	{UnholdNotOnCall, Minor, "Unable to unhold as agent is not on call."},
	{ConsultNotReady, Minor, "Unable to consult as the selected agent is currently not ready."},
	{ConsultLoggedOut, Minor, "Unable to consult as the selected agent has logged out."},
	{ConsultInvalid, Major, "Unable to consult as the selected destination is invalid."},
	{ConsultTooMany, Minor, "Unable to consult as the selected agent already has maximum pending consults."},
	{ConferenceFailed, Minor, "Unable to conference."},
	{ConferenceNoConsult, Minor, "Unable to conference as agent selected is not in a consult with this agent."},
	{ConferenceLoggedOut, Minor, "Unable to conference as agent selected for conference has logged out."},
	{ConferenceNotReady, Minor, "Unable to conference as agent selected for conference is currently not ready."},
	{WrapupNoContact, Major, "Unable to wrapup as contact record not found."},
	{WrapupInvalidCode, Major, "Unable to wrapup with this completion code."},
	{CallbackDestsInvalidType, Major, "Cannot get destinations as callback type is invalid."},
	{ContactZoneUnknown, Minor, "Unable to get zone of the contact."},
	{NoCampaigns, Info, "Unable to get campaigns for the organization."},
	{DialNotInPreview, Minor, "Unable to dial as agent is not in a preview."},
	{CancelNotInPreview, Minor, "Unable to cancel as agent is not in a preview."},
	{MovingToPendingNotReady, Minor, "Moving agent to pending not ready state."},
	{OwnerCannotLeave, Minor, "Conference owner cannot leave the conference."},
	{NotInConference, Minor, "Cannot end the conference as the agent is not in a conference."},
	{NotConferenceOwner, Minor, "Cannot end the conference as the agent is not the owner of the conference."},
	{PassiveAgentNotFound, Major, "Unable to end the conference as passive agent not found."},
	{NotAgentConference, Minor, "Cannot change ownership as this is not an agent type of conference."},
	{InvalidDTMF, Minor, "Cannot send DTMF as invalid data received."},
	{DTMFNotInCall, Minor, "Unable to send DTMF as agent is not in a call."},
	{DTMFFailed, Major, "Unable to send DTMF."},
	{RedialNotInWrapup, Minor, "Unable to redial as agent is not in wrapup."},
	{RedialInvalidAddress, Minor, "Unable to redial as the address is invalid."},
	{NoDestinations, Info, "No destinations available."},
	{NoAgentsAvailable, Info, "Agents are not available."},
	{CancelConsultFailed, Major, "Unable to cancel the consult."},
	{ConsultAlreadyStarted, Minor, "Unable to cancel the pending consult as it has already started."},
	{TransferFailed, Major, "Unable to consult."},
	{RecordStartFailed, Minor, "System error. Unable to start recording."},
	{RecordStopFailed, Minor, "System error. Unable to stop recording."},
	{CallbackTypeInvalid, Minor, "Invalid callback type selected."},
	{CallbackDestNotFound, Minor, "Callback destination not found. Unable to create the callback."},
	{CallbackNotInCall, Minor, "Unable to create the callback as the agent is not in a call."},
	{CallbackNoCampaign, Major, "Unable to create callback as the campaign is not found."},
	{CallbackTypeUnknown, Major, "Unable to create the callback as invalid callback type received."},
	{CallbackTimeFormat, Major, "Unable to create the callback as callback time received in invalid format."},
	{CallbackExpiryInvalid, Major, "Unable to create callback as the expiry time is invalid."},
	{CallbackTimePast, Major, "Unable to create callback as the callback time is invalid."},
	{ExtendNotInWrapup, Info, "Unable to extend the wrapup time as agent is not in wrapup state."},
	{NoCustomerDetails, Minor, "Unable to find the customer details."},
	{LogoffNotReadyFirst, Minor, "Unable to logoff. Move to not ready state."},
	{NoteInvalid, Info, "Invalid data received. Unable to add agent notes."},
	{NoteFailed, Major, "Unable to add agent notes."},
	{NoteNoContact, Major, "Unable to add agent notes."},
	{AlreadyInbound, Info, "Agent is already assigned to Inbound."},
	{AlreadyOutbound, Info, "Agent is already assigned to Outbound."},
	{DNCAlreadyPresent, Info, "Unable to add to DNC. Contact address already present."},
	{DNCFailed, Major, "Unable to add to DNC."},
	{DNCInvalid, Major, "Invalid data received. Unable to add to DNC."},
	{DNCInvalidAddress, Minor, "Invalid address. Unable to add to DNC."},
	{AttributeReadOnlyCode, Minor, "Attribute is read only, cannot update this attribute."},
	{AttributeInvalidValue, Major, "Invalid value entered. Unable to save attribute."},
	{NoErrorString, Info, "Unable to find error string for this error code."},
	{InitServerUnreachable, Minor, "Initialization failed as server is not reachable."},
	{AgentUnknown, Major, "Agent is not registered."},
	{UnexpectedCommand, Major, "System error. Unexpected command received."},
	{NotInThisState, Minor, "This request cannot be processed in the current agent state."},
	{SystemNotAvailable, Minor, "System is not available."},
	{AgentNotNailed, Major, "Unable to process request as agent is not nailed."},
	{MediaServerError, Major, "System error. Check media server."},
	{InvalidData, Major, "System error. Invalid data received in the request."},
	{MediaServerUnreachable, Critical, "System error. Media server not reachable."},
	{TooFewParameters, Major, "Parameters received in request are less than expected."},
	{InvalidCommandNameCode, Major, "System error. Invalid command name received."},
	{Initializing, Minor, "Please wait while system is initializing."},
	{RequestFailed, Major, "System error. Unable to process the request."},
	{SDKFailure, Major, "The library is unable to send the command."},
	{InvalidArgument, Major, "An argument of the command is not right."},
	{PAMNotAvailableForZone, Major, "No agent manager serves this zone."},
	{POMNotAvailableCode, Major, "The command could not be sent, or was not decided before its deadline."},
}

// Catalogue returns all codes in ascending order.
func Catalogue() []CatalogueEntry { return append([]CatalogueEntry(nil), catalogue...) }

// Lookup returns the entry of a code, and false when the table has none.
func Lookup(code Code) (CatalogueEntry, bool) {
	for _, e := range catalogue {
		if e.Code == code {
			return e, true
		}
	}
	return CatalogueEntry{}, false
}

// CodeOf returns the code with which the sender of an unreadable message is
// answered.
func CodeOf(err error) Code {
	switch {
	case err == nil:
		return Success
	case errors.Is(err, ErrMissing):
		return TooFewParameters
	case errors.Is(err, ErrUnknownName):
		return InvalidCommandNameCode
	}
	return InvalidData
}
