package connector

import (
	"strings"

	"github.com/deskbus/deskbus/events"
)

// respond calls the handler's method for a response, by its name. It returns
// false when there is none for this name and type of data.
func respond(h Handler, name string, data any) bool {
	switch d := data.(type) {
	case events.LogonResult:
		h.AGTLogonRESP(d.Result)
	case events.ResultData:
		return respondResult(h, name, d.Result)
	case events.SessionResult:
		return respondSession(h, name, d.SessionID, d.Result)
	case events.WrapupResult:
		return respondWrapup(h, name, d)
	case events.StateChangeResult:
		h.AGTStateChangeRESP(d.AgentState, d.Result)
	case events.CompCodesResult:
		h.AGTGetCompCodesRESP(d.CompletionCodes, d.SessionID, d.Result)
	case events.ConsultTypesResult:
		h.AGTGetConsultTypesRESP(d.DestinationTypes, d.AllowFreeForm, d.SessionID, d.Result)
	case events.ConsultDestsResult:
		h.AGTGetConsultDestsForTypeRESP(d.Destinations, d.Truncated, d.SessionID, d.Result)
	case events.TransferResult:
		h.AGTCompleteTransferRESP(d.CanDispose, d.WrapupDetails, d.SessionID, d.Result)
	case events.CallbackTypesResult:
		h.AGTGetCallbackTypesRESP(d.CallbackTypes, d.DefaultExpiryTime, d.SessionID, d.Result)
	case events.CallbackDestsResult:
		h.AGTGetCallbackDestsForTypeRESP(d.CallbackType, d.CallbackDests, d.Truncated, d.SessionID, d.Result)
	case events.ErrorStringResult:
		h.AGTGetErrorStringRESP(d.ErrorMsg, d.LocalizedErrorMsg, d.Result)
	case events.ErrorInfoResult:
		h.AGTGetErrorInfoRESP(d.ErrorInfo, d.Result)
	case events.CustomerDetailsResult:
		h.AGTGetCustomerDetailsRESP(d.CustomerDetails, d.SessionID, d.Result)
	case events.NotesResult:
		h.AGTRefreshAgentNotesRESP(d.AgentNotes, d.SessionID, d.Result)
	case events.TimezonesResult:
		h.AGTGetTimezonesRESP(d.Timezones, d.Result)
	case events.IsInDNCResult:
		h.AGTIsInDNCRESP(d.Present, d.Result)
	case events.ZoneListResult:
		h.AGTGetZoneListRESP(d.ZoneList, d.Result)
	case events.ContactAttributesResult:
		h.AGTGetContactAttributesRESP(d.Attributes, d.Result)
	default:
		return false
	}
	return true
}

// respondResult calls the method of a response that is only a result.
func respondResult(h Handler, name string, result events.Code) bool {
	switch strings.TrimSuffix(name, "RESP") {
	case events.AGTLogoff:
		h.AGTLogoffRESP(result)
	case events.AGTBlendToInbound:
		h.AGTBlendToInboundRESP(result)
	case events.AGTBlendToOutbound:
		h.AGTBlendToOutboundRESP(result)
	case events.AGTNailupAgent:
		h.AGTNailupAgentRESP(result)
	case events.AGTReadyForNailup:
		h.AGTReadyForNailupRESP(result)
	case events.AGTPendingLogout:
		h.AGTPendingLogoutRESP(result)
	case events.AGTAvailableForNailup:
		h.AGTAvailableForNailupRESP(result)
	case events.AGTAgentDisconnected:
		h.AGTAgentDisconnectedRESP(result)
	case events.GetAgentStatusResponse:
		h.GetAgentStatusResponseRESP(result)
	case events.AGTSaveAgentForHA:
		h.AGTSaveAgentForHARESP(result)
	case events.AGTSkillsChanged:
		h.AGTSkillsChangedRESP(result)
	default:
		return false
	}
	return true
}

// respondSession calls the method of a response that is a call and a result.
func respondSession(h Handler, name, sessionID string, result events.Code) bool {
	switch strings.TrimSuffix(name, "RESP") {
	case events.AGTHoldCall:
		h.AGTHoldCallRESP(sessionID, result)
	case events.AGTUnholdCall:
		h.AGTUnholdCallRESP(sessionID, result)
	case events.AGTWrapupContact:
		h.AGTWrapupContactRESP(sessionID, result)
	case events.AGTConsultCall:
		h.AGTConsultCallRESP(sessionID, result)
	case events.AGTCancelConsult:
		h.AGTCancelConsultRESP(sessionID, result)
	case events.AGTStartConf:
		h.AGTStartConfRESP(sessionID, result)
	case events.AGTEndConf:
		h.AGTEndConfRESP(sessionID, result)
	case events.AGTConfChangeOwnership:
		h.AGTConfChangeOwnershipRESP(sessionID, result)
	case events.AGTRedial:
		h.AGTRedialRESP(sessionID, result)
	case events.AGTSendDTMF:
		h.AGTSendDTMFRESP(sessionID, result)
	case events.AGTCreateCallback:
		h.AGTCreateCallbackRESP(sessionID, result)
	case events.AGTPreviewDial:
		h.AGTPreviewDialRESP(sessionID, result)
	case events.AGTSetCustomerDetail:
		h.AGTSetCustomerDetailRESP(sessionID, result)
	case events.AGTAddAgentNote:
		h.AGTAddAgentNoteRESP(sessionID, result)
	case events.AGTAddToDNC:
		h.AGTAddToDNCRESP(sessionID, result)
	default:
		return false
	}
	return true
}

// respondWrapup calls the method of a response that may end a conversation.
func respondWrapup(h Handler, name string, d events.WrapupResult) bool {
	switch strings.TrimSuffix(name, "RESP") {
	case events.AGTReleaseLine:
		h.AGTReleaseLineRESP(d.WrapupDetails, d.SessionID, d.Result)
	case events.AGTExtendWrapup:
		h.AGTExtendWrapupRESP(d.WrapupDetails, d.SessionID, d.Result)
	case events.AGTPreviewCancel:
		h.AGTPreviewCancelRESP(d.WrapupDetails, d.SessionID, d.Result)
	case events.AGTLostNailing:
		h.AGTLostNailingRESP(d.WrapupDetails, d.SessionID, d.Result)
	default:
		return false
	}
	return true
}
