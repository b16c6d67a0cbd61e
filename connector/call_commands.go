package connector

import "github.com/deskbus/deskbus/events"

// The commands about a call. SessionID is that of the call, as AGTCallNotify
// and its like gave it; an empty one is refused with 9997.

// sendForCall sends a command whose only parameter is the call.
func (a *Agent) sendForCall(command, sessionID string) events.Code {
	return a.sendInCall(command, sessionID, events.SessionParams{SessionID: sessionID})
}

// sendInCall sends a command about a call.
func (a *Agent) sendInCall(command, sessionID string, params any) events.Code {
	if sessionID == "" {
		return events.InvalidArgument
	}
	return a.send(command, sessionID, params)
}

// AGTHoldCall puts the customer on hold (L1160).
func (a *Agent) AGTHoldCall(sessionID string) events.Code {
	return a.sendForCall(events.AGTHoldCall, sessionID)
}

// AGTUnholdCall takes the customer back from hold (L1195).
func (a *Agent) AGTUnholdCall(sessionID string) events.Code {
	return a.sendForCall(events.AGTUnholdCall, sessionID)
}

// AGTReleaseLine hangs up on the customer; wrap-up follows (L1230).
func (a *Agent) AGTReleaseLine(sessionID string) events.Code {
	return a.sendForCall(events.AGTReleaseLine, sessionID)
}

// AGTGetCompCodes asks for the completion codes of the campaign (L1273). The
// connector keeps them and answers by itself until the next AGTJobAttached.
func (a *Agent) AGTGetCompCodes(sessionID string) events.Code {
	if a.answeredFromKept(sessionID) {
		return events.Success
	}
	return a.sendForCall(events.AGTGetCompCodes, sessionID)
}

// AGTWrapupContact disposes of the call with a completion code (L1313).
func (a *Agent) AGTWrapupContact(completionCode events.POMCompletionCode, sessionID string) events.Code {
	return a.sendInCall(events.AGTWrapupContact, sessionID,
		events.WrapupParams{CompletionCode: completionCode, SessionID: sessionID})
}

// AGTExtendWrapup asks for more time to wrap up (L1349).
func (a *Agent) AGTExtendWrapup(sessionID string) events.Code {
	return a.sendForCall(events.AGTExtendWrapup, sessionID)
}

// AGTGetConsultTypes asks whom the agent may consult (L1386).
func (a *Agent) AGTGetConsultTypes(sessionID string) events.Code {
	return a.sendForCall(events.AGTGetConsultTypes, sessionID)
}

// AGTGetConsultDestsForType asks for the destinations of one type (L1425).
func (a *Agent) AGTGetConsultDestsForType(destinationType events.POMDestinationType, sessionID string) events.Code {
	return a.sendInCall(events.AGTGetConsultDestsForType, sessionID,
		events.ConsultDestsParams{DestinationType: destinationType, SessionID: sessionID})
}

// AGTConsultCall consults somebody; the customer is put on hold (L1467). Where an
// agent is busy the consult waits, and the call stays in Talking: it begins with
// call state Consult, and may be cancelled from AGTEnableCancelConsult on (L743).
func (a *Agent) AGTConsultCall(destination events.POMDestination, sessionID string) events.Code {
	return a.sendInCall(events.AGTConsultCall, sessionID,
		events.ConsultParams{Destination: destination, SessionID: sessionID})
}

// AGTCompleteTransfer gives the call to the consulted party (L1505).
func (a *Agent) AGTCompleteTransfer(sessionID string) events.Code {
	return a.sendForCall(events.AGTCompleteTransfer, sessionID)
}

// AGTCancelConsult ends a consult or takes a waiting one back (L1546).
func (a *Agent) AGTCancelConsult(destAgentID, sessionID string) events.Code {
	return a.sendInCall(events.AGTCancelConsult, sessionID,
		events.CancelConsultParams{DestAgentID: destAgentID, SessionID: sessionID})
}

// AGTStartConf makes the consult a conference (L1579).
func (a *Agent) AGTStartConf(sessionID string) events.Code {
	return a.sendForCall(events.AGTStartConf, sessionID)
}

// AGTEndConf ends the conference, or leaves it (L1609).
func (a *Agent) AGTEndConf(sessionID string) events.Code {
	return a.sendForCall(events.AGTEndConf, sessionID)
}

// AGTConfChangeOwnership gives the conference to the passive agent (L1642).
func (a *Agent) AGTConfChangeOwnership(sessionID string) events.Code {
	return a.sendForCall(events.AGTConfChangeOwnership, sessionID)
}

// AGTRedial dials the customer of the call in wrap-up again (L1670).
func (a *Agent) AGTRedial(contactNumber events.POMContactNumber) events.Code {
	return a.send(events.AGTRedial, "", events.RedialParams{ContactNumber: contactNumber})
}

// AGTSendDTMF sends one digit (L1703).
func (a *Agent) AGTSendDTMF(dtmf, sessionID string) events.Code {
	return a.sendInCall(events.AGTSendDTMF, sessionID, events.DTMFParams{DTMF: dtmf, SessionID: sessionID})
}

// AGTGetCallbackTypes asks which callbacks may be created (L1742).
func (a *Agent) AGTGetCallbackTypes(sessionID string) events.Code {
	return a.sendForCall(events.AGTGetCallbackTypes, sessionID)
}

// AGTGetCallbackDestsForType asks where a callback of a type may go (L1793,
// reading 29).
func (a *Agent) AGTGetCallbackDestsForType(callbackType events.POMCallbackType, zoneName, sessionID string) events.Code {
	return a.sendInCall(events.AGTGetCallbackDestsForType, sessionID,
		events.CallbackDestsParams{CallbackType: callbackType, ZoneName: zoneName, SessionID: sessionID})
}

// AGTCreateCallback creates a callback. The time is "yyyy/MM/dd HH:mm", UTC,
// the expiry is minutes after it, from 0 (L1837, reading 24).
func (a *Agent) AGTCreateCallback(callbackType events.POMCallbackType, callbackDest events.POMCallbackDest,
	callbackTime, callbackTimezone, callbackExpiryTime string, contactNumber events.POMContactNumber,
	agentNotes, sessionID string) events.Code {
	return a.sendInCall(events.AGTCreateCallback, sessionID, events.CreateCallbackParams{
		CallbackType: callbackType, CallbackDest: callbackDest, CallbackTime: callbackTime,
		CallbackTimezone: callbackTimezone, CallbackExpiryTime: callbackExpiryTime,
		ContactNumber: contactNumber, AgentNotes: agentNotes, SessionID: sessionID,
	})
}

// AGTPreviewDial dials the contact of a preview or callback. A number the agent
// typed has the name events.ExternalNumber (L1971).
func (a *Agent) AGTPreviewDial(contactNumber events.POMContactNumber, sessionID string) events.Code {
	return a.sendInCall(events.AGTPreviewDial, sessionID,
		events.PreviewDialParams{ContactNumber: contactNumber, SessionID: sessionID})
}

// AGTPreviewCancel declines a preview; wrap-up follows (L2002).
func (a *Agent) AGTPreviewCancel(sessionID string) events.Code {
	return a.sendForCall(events.AGTPreviewCancel, sessionID)
}

// AGTGetCustomerDetails asks for the whole record of the contact (L2039).
func (a *Agent) AGTGetCustomerDetails(sessionID string) events.Code {
	return a.sendForCall(events.AGTGetCustomerDetails, sessionID)
}

// AGTSetCustomerDetail changes an attribute of the contact (L2073).
func (a *Agent) AGTSetCustomerDetail(pomKeyValuePair events.POMKeyValuePair, sessionID string) events.Code {
	return a.sendInCall(events.AGTSetCustomerDetail, sessionID,
		events.SetCustomerDetailParams{KeyValuePair: pomKeyValuePair, SessionID: sessionID})
}

// AGTRefreshAgentNotes asks for the notes on the current contact (L2343).
func (a *Agent) AGTRefreshAgentNotes(sessionID string) events.Code {
	return a.sendForCall(events.AGTRefreshAgentNotes, sessionID)
}

// AGTIsInDNC asks whether an address is on the do-not-call list (L2492).
func (a *Agent) AGTIsInDNC(addressValue, sessionID string) events.Code {
	return a.sendInCall(events.AGTIsInDNC, sessionID,
		events.IsInDNCParams{AddressValue: addressValue, SessionID: sessionID})
}
