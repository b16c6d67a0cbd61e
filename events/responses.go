package events

import "strings"

// ResultData is the data of a response that is only a result.
type ResultData struct {
	Result Code `msgpack:"result"`
}

// LogonResult is the data of AGTLogonRESP (L1059).
type LogonResult struct {
	Result Code `msgpack:"result"`
	// Missed counts the notifications of the session since a desktop of it sent a
	// command other than AGTLogon, but for GetAgentStatus and what was told in the
	// turn of a logon. MissedFrom is the zone number of the first. Both are 0 for a
	// session that begins.
	MissedFrom uint64 `msgpack:"missedFrom,omitempty"`
	Missed     int    `msgpack:"missed,omitempty"`
}

// SessionResult is the data of a response about a call.
type SessionResult struct {
	SessionID string `msgpack:"sessionID"`
	Result    Code   `msgpack:"result"`
}

// StateChangeResult is the data of AGTStateChangeRESP (L1145).
type StateChangeResult struct {
	AgentState POMAgentState `msgpack:"pomAgentState"`
	Result     Code          `msgpack:"result"`
}

// WrapupResult is the data of a response that ends a conversation: the RESP of
// AGTReleaseLine, AGTExtendWrapup, AGTPreviewCancel and AGTLostNailing. The
// details are nil when the result is not 0 or there is nothing to wrap up.
type WrapupResult struct {
	WrapupDetails *WrapupData `msgpack:"wrapupDetails,omitempty"`
	SessionID     string      `msgpack:"sessionID"`
	Result        Code        `msgpack:"result"`
}

// CompCodesResult is the data of AGTGetCompCodesRESP (L1293).
type CompCodesResult struct {
	CompletionCodes []POMCompletionCode `msgpack:"completionCodesList,omitempty"`
	SessionID       string              `msgpack:"sessionID"`
	Result          Code                `msgpack:"result"`
}

// ConsultTypesResult is the data of AGTGetConsultTypesRESP (L1405).
type ConsultTypesResult struct {
	DestinationTypes []POMDestinationType `msgpack:"destinationTypes,omitempty"`
	AllowFreeForm    bool                 `msgpack:"allowFreeForm"`
	SessionID        string               `msgpack:"sessionID"`
	Result           Code                 `msgpack:"result"`
}

// ConsultDestsResult is the data of AGTGetConsultDestsForTypeRESP (L1451).
type ConsultDestsResult struct {
	Destinations []POMDestination `msgpack:"destinations,omitempty"`
	// Truncated: there are more than fit into the response (L1436, reading 34).
	Truncated bool   `msgpack:"truncated,omitempty"`
	SessionID string `msgpack:"sessionID"`
	Result    Code   `msgpack:"result"`
}

// TransferResult is the data of AGTCompleteTransferRESP (L1522).
type TransferResult struct {
	CanDispose    bool        `msgpack:"canDispose"`
	WrapupDetails *WrapupData `msgpack:"wrapupDetails,omitempty"`
	SessionID     string      `msgpack:"sessionID"`
	Result        Code        `msgpack:"result"`
}

// CallbackTypesResult is the data of AGTGetCallbackTypesRESP (L1760).
type CallbackTypesResult struct {
	CallbackTypes []POMCallbackType `msgpack:"callbackTypes,omitempty"`
	// DefaultExpiryTime is in minutes.
	DefaultExpiryTime string `msgpack:"defaultExpiryTime"`
	SessionID         string `msgpack:"sessionID"`
	Result            Code   `msgpack:"result"`
}

// CallbackDestsResult is the data of AGTGetCallbackDestsForTypeRESP (L1820).
type CallbackDestsResult struct {
	CallbackType  POMCallbackType   `msgpack:"callbackType"`
	CallbackDests []POMCallbackDest `msgpack:"callbackDests,omitempty"`
	// Truncated: there are more than fit into the response (L1807, reading 34).
	Truncated bool   `msgpack:"truncated,omitempty"`
	SessionID string `msgpack:"sessionID"`
	Result    Code   `msgpack:"result"`
}

// ErrorStringResult is the data of AGTGetErrorStringRESP (L1906).
type ErrorStringResult struct {
	ErrorMsg          string `msgpack:"errorMsg"`
	LocalizedErrorMsg string `msgpack:"localizedErrorMsg"`
	Result            Code   `msgpack:"result"`
}

// ErrorInfoResult is the data of AGTGetErrorInfoRESP (L1935).
type ErrorInfoResult struct {
	ErrorInfo POMErrorInfo `msgpack:"errorInfo"`
	Result    Code         `msgpack:"result"`
}

// CustomerDetailsResult is the data of AGTGetCustomerDetailsRESP (L2055).
type CustomerDetailsResult struct {
	CustomerDetails *POMCustomerDetails `msgpack:"customerDetails,omitempty"`
	SessionID       string              `msgpack:"sessionID"`
	Result          Code                `msgpack:"result"`
}

// NotesResult is the data of AGTRefreshAgentNotesRESP (L2359).
type NotesResult struct {
	// AgentNotes are the newest notes, the oldest of them first, 16,000 bytes in
	// all (L2355). When there are older ones, the first entry is no note but says
	// how many are left out (reading 34).
	AgentNotes []string `msgpack:"agentNotes,omitempty"`
	SessionID  string   `msgpack:"sessionID"`
	Result     Code     `msgpack:"result"`
}

// TimezonesResult is the data of AGTGetTimezonesRESP (L2387).
type TimezonesResult struct {
	Timezones []POMKeyValuePair `msgpack:"timezones,omitempty"`
	Result    Code              `msgpack:"result"`
}

// IsInDNCResult is the data of AGTIsInDNCRESP (L2506).
type IsInDNCResult struct {
	Present bool `msgpack:"present"`
	Result  Code `msgpack:"result"`
}

// ZoneListResult is the data of AGTGetZoneListRESP (L2534).
type ZoneListResult struct {
	ZoneList []string `msgpack:"zoneList,omitempty"`
	Result   Code     `msgpack:"result"`
}

// ContactAttributesResult is the data of AGTGetContactAttributesRESP; the
// specification prints only the result (L2618, reading 28).
type ContactAttributesResult struct {
	Attributes []POMAttribute `msgpack:"attributes,omitempty"`
	Result     Code           `msgpack:"result"`
}

// responseData returns the decoder for the data of a response, nil for an
// unknown name.
func responseData(name string) dataDecoder {
	command, found := strings.CutSuffix(name, "RESP")
	if !found {
		return nil
	}
	switch command {
	case AGTLogon:
		return as[LogonResult]
	case AGTLogoff, AGTBlendToInbound, AGTBlendToOutbound, AGTNailupAgent, AGTReadyForNailup, AGTPendingLogout,
		AGTAvailableForNailup, AGTAgentDisconnected, GetAgentStatusResponse,
		AGTSaveAgentForHA, AGTSkillsChanged:
		return as[ResultData]
	case AGTHoldCall, AGTUnholdCall, AGTWrapupContact, AGTConsultCall, AGTCancelConsult, AGTStartConf,
		AGTEndConf, AGTConfChangeOwnership, AGTRedial, AGTSendDTMF, AGTCreateCallback, AGTPreviewDial,
		AGTSetCustomerDetail, AGTAddAgentNote, AGTAddToDNC:
		return as[SessionResult]
	case AGTStateChange:
		return as[StateChangeResult]
	case AGTReleaseLine, AGTExtendWrapup, AGTPreviewCancel, AGTLostNailing:
		return as[WrapupResult]
	case AGTGetCompCodes:
		return as[CompCodesResult]
	case AGTGetConsultTypes:
		return as[ConsultTypesResult]
	case AGTGetConsultDestsForType:
		return as[ConsultDestsResult]
	case AGTCompleteTransfer:
		return as[TransferResult]
	case AGTGetCallbackTypes:
		return as[CallbackTypesResult]
	case AGTGetCallbackDestsForType:
		return as[CallbackDestsResult]
	case AGTGetErrorString:
		return as[ErrorStringResult]
	case AGTGetErrorInfo:
		return as[ErrorInfoResult]
	case AGTGetCustomerDetails:
		return as[CustomerDetailsResult]
	case AGTRefreshAgentNotes:
		return as[NotesResult]
	case AGTGetTimezones:
		return as[TimezonesResult]
	case AGTIsInDNC:
		return as[IsInDNCResult]
	case AGTGetZoneList:
		return as[ZoneListResult]
	case AGTGetContactAttributes:
		return as[ContactAttributesResult]
	}
	return nil
}

// Refusal returns the response data with which command is answered when its
// result is code and there is nothing else to say. It is nil for a name that is
// no command.
func Refusal(command, sessionID string, code Code) any {
	switch command {
	case AGTLogon:
		return LogonResult{Result: code}
	case AGTStateChange:
		return StateChangeResult{Result: code}
	case AGTReleaseLine, AGTExtendWrapup, AGTPreviewCancel, AGTLostNailing:
		return WrapupResult{SessionID: sessionID, Result: code}
	case AGTGetCompCodes:
		return CompCodesResult{SessionID: sessionID, Result: code}
	case AGTGetConsultTypes:
		return ConsultTypesResult{SessionID: sessionID, Result: code}
	case AGTGetConsultDestsForType:
		return ConsultDestsResult{SessionID: sessionID, Result: code}
	case AGTCompleteTransfer:
		return TransferResult{SessionID: sessionID, Result: code}
	case AGTGetCallbackTypes:
		return CallbackTypesResult{SessionID: sessionID, Result: code}
	case AGTGetCallbackDestsForType:
		return CallbackDestsResult{SessionID: sessionID, Result: code}
	case AGTGetErrorString:
		return ErrorStringResult{Result: code}
	case AGTGetErrorInfo:
		return ErrorInfoResult{Result: code}
	case AGTGetCustomerDetails:
		return CustomerDetailsResult{SessionID: sessionID, Result: code}
	case AGTRefreshAgentNotes:
		return NotesResult{SessionID: sessionID, Result: code}
	case AGTGetTimezones:
		return TimezonesResult{Result: code}
	case AGTIsInDNC:
		return IsInDNCResult{Result: code}
	case AGTGetZoneList:
		return ZoneListResult{Result: code}
	case AGTGetContactAttributes:
		return ContactAttributesResult{Result: code}
	case AGTHoldCall, AGTUnholdCall, AGTWrapupContact, AGTConsultCall, AGTCancelConsult, AGTStartConf,
		AGTEndConf, AGTConfChangeOwnership, AGTRedial, AGTSendDTMF, AGTCreateCallback, AGTPreviewDial,
		AGTSetCustomerDetail, AGTAddAgentNote, AGTAddToDNC:
		return SessionResult{SessionID: sessionID, Result: code}
	}
	if commandData(command) == nil {
		return nil
	}
	return ResultData{Result: code}
}
