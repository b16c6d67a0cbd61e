package events

// NoParams is the data of a command without parameters.
type NoParams struct{}

// SessionParams is the data of a command about the call with this sessionID.
type SessionParams struct {
	SessionID string `msgpack:"sessionID"`
}

// LogonParams is the data of AGTLogon, both forms (L990, L1030).
//
// On its way through the inbox it carries a ticket in place of the password.
// The leader's shell verifies the ticket and replaces it by the verdict, so
// neither stands in the log.
type LogonParams struct {
	AgentExt string `msgpack:"agentExt"`
	IsForce  bool   `msgpack:"isForce"`
	// Locale and TimeZone are nil when the client sent null (L1022, L1048).
	Locale   *string `msgpack:"locale"`
	TimeZone *string `msgpack:"timeZone"`
	ZoneName string  `msgpack:"zoneName"`
	// AgentName and AgentSkills are the AACC form's; in the other form the
	// leader fills them from the ticket.
	AgentName   string          `msgpack:"agentName,omitempty"`
	AgentSkills []POMAgentSkill `msgpack:"agentSkills,omitempty"`
	// Ticket is the signed answer of the logon service. Never in the log.
	Ticket string `msgpack:"ticket,omitempty"`
	// Verdict is what the ticket says, 0 when the agent may log on.
	Verdict Code `msgpack:"verdict,omitempty"`
	// Service is who vouched for the agent; empty when the agent's own password
	// did. The leader takes it from the ticket, too.
	Service string `msgpack:"service,omitempty"`
}

// StateChangeParams is the data of AGTStateChange (L1119).
type StateChangeParams struct {
	AgentState    POMAgentState `msgpack:"agentState"`
	ReasonCode    string        `msgpack:"reasonCode"`
	ReasonName    string        `msgpack:"reasonName"`
	HasWalkedAway bool          `msgpack:"hasWalkedAway"`
}

// WrapupParams is the data of AGTWrapupContact (L1313).
type WrapupParams struct {
	CompletionCode POMCompletionCode `msgpack:"completionCode"`
	SessionID      string            `msgpack:"sessionID"`
}

// ConsultDestsParams is the data of AGTGetConsultDestsForType (L1425).
type ConsultDestsParams struct {
	DestinationType POMDestinationType `msgpack:"destinationType"`
	SessionID       string             `msgpack:"sessionID"`
}

// ConsultParams is the data of AGTConsultCall (L1467).
type ConsultParams struct {
	Destination POMDestination `msgpack:"destination"`
	SessionID   string         `msgpack:"sessionID"`
}

// CancelConsultParams is the data of AGTCancelConsult (L1546).
type CancelConsultParams struct {
	DestAgentID string `msgpack:"destAgentID"`
	SessionID   string `msgpack:"sessionID"`
}

// RedialParams is the data of AGTRedial (L1670).
type RedialParams struct {
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
}

// DTMFParams is the data of AGTSendDTMF (L1703).
type DTMFParams struct {
	// DTMF is one digit of 0-9, *, #, A-D.
	DTMF      string `msgpack:"dtmf"`
	SessionID string `msgpack:"sessionID"`
}

// CallbackDestsParams is the data of AGTGetCallbackDestsForType (L1793).
type CallbackDestsParams struct {
	CallbackType POMCallbackType `msgpack:"callbackType"`
	ZoneName     string          `msgpack:"zoneName"`
	SessionID    string          `msgpack:"sessionID"`
}

// CreateCallbackParams is the data of AGTCreateCallback (L1837).
type CreateCallbackParams struct {
	CallbackType POMCallbackType `msgpack:"callbackType"`
	CallbackDest POMCallbackDest `msgpack:"callbackDest"`
	// CallbackTime is "yyyy/MM/dd HH:mm", UTC (reading 24).
	CallbackTime     string `msgpack:"callbackTime"`
	CallbackTimezone string `msgpack:"callbackTimezone"`
	// CallbackExpiryTime is in minutes after CallbackTime, from 0.
	CallbackExpiryTime string           `msgpack:"callbackExpiryTime"`
	ContactNumber      POMContactNumber `msgpack:"contactNumber"`
	AgentNotes         string           `msgpack:"agentNotes"`
	SessionID          string           `msgpack:"sessionID"`
}

// ErrorStringParams is the data of AGTGetErrorString (L1884).
type ErrorStringParams struct {
	// ErrorCode is a decimal number.
	ErrorCode string `msgpack:"errorCode"`
}

// ErrorInfoParams is the data of AGTGetErrorInfo (L1922).
type ErrorInfoParams struct {
	// ErrorCode is nil when the client sent null.
	ErrorCode *POMErrorCode `msgpack:"errorCode"`
}

// PreviewDialParams is the data of AGTPreviewDial (L1970).
type PreviewDialParams struct {
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
	SessionID     string           `msgpack:"sessionID"`
}

// SetCustomerDetailParams is the data of AGTSetCustomerDetail (L2073).
type SetCustomerDetailParams struct {
	KeyValuePair POMKeyValuePair `msgpack:"pomKeyValuePair"`
	SessionID    string          `msgpack:"sessionID"`
}

// AgentStatusParams is the data of GetAgentStatusResponse (L2221).
type AgentStatusParams struct {
	Status POMAgentStatus `msgpack:"status"`
}

// AgentNoteParams is the data of AGTAddAgentNote (L2311).
type AgentNoteParams struct {
	AgentNote string `msgpack:"agentNote"`
}

// AddToDNCParams is the data of AGTAddToDNC (L2455).
type AddToDNCParams struct {
	AddressList []POMAttribute `msgpack:"addressList"`
}

// IsInDNCParams is the data of AGTIsInDNC (L2492).
type IsInDNCParams struct {
	AddressValue string `msgpack:"addressValue"`
	SessionID    string `msgpack:"sessionID"`
}

// SkillsParams is the data of AGTSkillsChanged (L2580).
type SkillsParams struct {
	AgentSkills []POMAgentSkill `msgpack:"agentSkills"`
}

// commandData returns the decoder for a command's data, nil for an unknown
// name.
func commandData(name string) dataDecoder {
	switch name {
	case AGTLogoff, AGTBlendToInbound, AGTBlendToOutbound, AGTNailupAgent, AGTReadyForNailup, AGTLostNailing,
		AGTPendingLogout, AGTGetTimezones, AGTAvailableForNailup, AGTAgentDisconnected, AGTGetZoneList,
		AGTSaveAgentForHA, AGTGetContactAttributes:
		return as[NoParams]
	case AGTHoldCall, AGTUnholdCall, AGTReleaseLine, AGTGetCompCodes, AGTExtendWrapup, AGTGetConsultTypes,
		AGTCompleteTransfer, AGTStartConf, AGTEndConf, AGTConfChangeOwnership, AGTGetCallbackTypes,
		AGTPreviewCancel, AGTGetCustomerDetails, AGTRefreshAgentNotes:
		return as[SessionParams]
	case AGTLogon:
		return as[LogonParams]
	case AGTStateChange:
		return as[StateChangeParams]
	case AGTWrapupContact:
		return as[WrapupParams]
	case AGTGetConsultDestsForType:
		return as[ConsultDestsParams]
	case AGTConsultCall:
		return as[ConsultParams]
	case AGTCancelConsult:
		return as[CancelConsultParams]
	case AGTRedial:
		return as[RedialParams]
	case AGTSendDTMF:
		return as[DTMFParams]
	case AGTGetCallbackDestsForType:
		return as[CallbackDestsParams]
	case AGTCreateCallback:
		return as[CreateCallbackParams]
	case AGTGetErrorString:
		return as[ErrorStringParams]
	case AGTGetErrorInfo:
		return as[ErrorInfoParams]
	case AGTPreviewDial:
		return as[PreviewDialParams]
	case AGTSetCustomerDetail:
		return as[SetCustomerDetailParams]
	case GetAgentStatusResponse:
		return as[AgentStatusParams]
	case AGTAddAgentNote:
		return as[AgentNoteParams]
	case AGTAddToDNC:
		return as[AddToDNCParams]
	case AGTIsInDNC:
		return as[IsInDNCParams]
	case AGTSkillsChanged:
		return as[SkillsParams]
	}
	return nil
}
