package connector

import "github.com/deskbus/deskbus/events"

// Handler is what a desktop implements to hear from its agent: one method for
// each response and one for each notification. Embed [BaseHandler] to implement
// only some. The package comment says when and how the methods are called.
//
// The parameters are those of the specification, in its order. Slices and
// pointers belong to the handler.
type Handler interface {
	Responses
	Notifications
	// Missed is called after the AGTLogonRESP of a desktop that takes over a
	// session, before the notifications that tell what is so now: with those that
	// the former desktop may not have heard, in order. Those it cannot get are
	// counted: older than the newest MaxMissed, or not in the feed any more.
	Missed(missed []MissedNotification, leftOut int)
}

// Responses answer commands. Each accepted command is answered once, and so is
// each that the connector sent as a duty of the desktop. With a result other
// than 0 the parameters before sessionID may be empty. Wrap-up details are nil
// when there is nothing to wrap up.
type Responses interface {
	// AGTLogonRESP answers AGTLogon (L1059).
	AGTLogonRESP(result events.Code)
	// AGTLogoffRESP answers AGTLogoff (L1105).
	AGTLogoffRESP(result events.Code)
	// AGTStateChangeRESP answers AGTStateChange (L1145).
	AGTStateChangeRESP(pomAgentState events.POMAgentState, result events.Code)
	// AGTHoldCallRESP answers AGTHoldCall (L1179).
	AGTHoldCallRESP(sessionID string, result events.Code)
	// AGTUnholdCallRESP answers AGTUnholdCall (L1214).
	AGTUnholdCallRESP(sessionID string, result events.Code)
	// AGTReleaseLineRESP answers AGTReleaseLine (L1250).
	AGTReleaseLineRESP(wrapupDetails *events.WrapupData, sessionID string, result events.Code)
	// AGTGetCompCodesRESP answers AGTGetCompCodes (L1293).
	AGTGetCompCodesRESP(completionCodesList []events.POMCompletionCode, sessionID string, result events.Code)
	// AGTWrapupContactRESP answers AGTWrapupContact (L1333).
	AGTWrapupContactRESP(sessionID string, result events.Code)
	// AGTExtendWrapupRESP answers AGTExtendWrapup (L1364).
	AGTExtendWrapupRESP(wrapupDetails *events.WrapupData, sessionID string, result events.Code)
	// AGTGetConsultTypesRESP answers AGTGetConsultTypes (L1405).
	AGTGetConsultTypesRESP(destinationTypes []events.POMDestinationType, allowFreeForm bool, sessionID string, result events.Code)
	// AGTGetConsultDestsForTypeRESP answers AGTGetConsultDestsForType (L1451);
	// truncated says that the list is longer than a response (L1436).
	AGTGetConsultDestsForTypeRESP(destinations []events.POMDestination, truncated bool, sessionID string, result events.Code)
	// AGTConsultCallRESP answers AGTConsultCall (L1489).
	AGTConsultCallRESP(sessionID string, result events.Code)
	// AGTCompleteTransferRESP answers AGTCompleteTransfer (L1522).
	AGTCompleteTransferRESP(canDispose bool, wrapupDetails *events.WrapupData, sessionID string, result events.Code)
	// AGTCancelConsultRESP answers AGTCancelConsult (L1564).
	AGTCancelConsultRESP(sessionID string, result events.Code)
	// AGTStartConfRESP answers AGTStartConf (L1591).
	AGTStartConfRESP(sessionID string, result events.Code)
	// AGTEndConfRESP answers AGTEndConf (L1626).
	AGTEndConfRESP(sessionID string, result events.Code)
	// AGTConfChangeOwnershipRESP answers AGTConfChangeOwnership (L1654).
	AGTConfChangeOwnershipRESP(sessionID string, result events.Code)
	// AGTRedialRESP answers AGTRedial (L1687).
	AGTRedialRESP(sessionID string, result events.Code)
	// AGTSendDTMFRESP answers AGTSendDTMF (L1726).
	AGTSendDTMFRESP(sessionID string, result events.Code)
	// AGTGetCallbackTypesRESP answers AGTGetCallbackTypes (L1760).
	AGTGetCallbackTypesRESP(callbackTypes []events.POMCallbackType, defaultExpiryTime string, sessionID string, result events.Code)
	// AGTGetCallbackDestsForTypeRESP answers AGTGetCallbackDestsForType (L1820);
	// truncated says that the list is longer than a response (L1807).
	AGTGetCallbackDestsForTypeRESP(callbackType events.POMCallbackType, callbackDests []events.POMCallbackDest, truncated bool, sessionID string, result events.Code)
	// AGTCreateCallbackRESP answers AGTCreateCallback (L1867).
	AGTCreateCallbackRESP(sessionID string, result events.Code)
	// AGTGetErrorStringRESP answers AGTGetErrorString (L1906).
	AGTGetErrorStringRESP(errorMsg, localizedErrorMsg string, result events.Code)
	// AGTGetErrorInfoRESP answers AGTGetErrorInfo (L1935).
	AGTGetErrorInfoRESP(errorInfo events.POMErrorInfo, result events.Code)
	// AGTPreviewDialRESP answers AGTPreviewDial (L1986).
	AGTPreviewDialRESP(sessionID string, result events.Code)
	// AGTPreviewCancelRESP answers AGTPreviewCancel (L2014).
	AGTPreviewCancelRESP(wrapupDetails *events.WrapupData, sessionID string, result events.Code)
	// AGTGetCustomerDetailsRESP answers AGTGetCustomerDetails (L2055).
	AGTGetCustomerDetailsRESP(customerDetails *events.POMCustomerDetails, sessionID string, result events.Code)
	// AGTSetCustomerDetailRESP answers AGTSetCustomerDetail (L2093).
	AGTSetCustomerDetailRESP(sessionID string, result events.Code)
	// AGTBlendToInboundRESP answers AGTBlendToInbound (L2126).
	AGTBlendToInboundRESP(result events.Code)
	// AGTBlendToOutboundRESP answers AGTBlendToOutbound (L2157).
	AGTBlendToOutboundRESP(result events.Code)
	// AGTNailupAgentRESP answers AGTNailupAgent (L2183).
	AGTNailupAgentRESP(result events.Code)
	// AGTReadyForNailupRESP answers AGTReadyForNailup (L2207).
	AGTReadyForNailupRESP(result events.Code)
	// AGTLostNailingRESP answers AGTLostNailing (L2261).
	AGTLostNailingRESP(wrapupDetails *events.WrapupData, sessionID string, result events.Code)
	// AGTPendingLogoutRESP answers AGTPendingLogout (L2297).
	AGTPendingLogoutRESP(result events.Code)
	// AGTAddAgentNoteRESP answers AGTAddAgentNote (L2328).
	AGTAddAgentNoteRESP(sessionID string, result events.Code)
	// AGTRefreshAgentNotesRESP answers AGTRefreshAgentNotes (L2359).
	AGTRefreshAgentNotesRESP(agentNotes []string, sessionID string, result events.Code)
	// AGTGetTimezonesRESP answers AGTGetTimezones (L2387).
	AGTGetTimezonesRESP(timezones []events.POMKeyValuePair, result events.Code)
	// AGTAvailableForNailupRESP answers AGTAvailableForNailup (L2415).
	AGTAvailableForNailupRESP(result events.Code)
	// AGTAgentDisconnectedRESP answers AGTAgentDisconnected (L2441).
	AGTAgentDisconnectedRESP(result events.Code)
	// GetAgentStatusResponseRESP answers GetAgentStatusResponse (L2233).
	GetAgentStatusResponseRESP(result events.Code)
	// AGTAddToDNCRESP answers AGTAddToDNC (L2476).
	AGTAddToDNCRESP(sessionID string, result events.Code)
	// AGTGetZoneListRESP answers AGTGetZoneList (L2534).
	AGTGetZoneListRESP(zoneList []string, result events.Code)
	// AGTIsInDNCRESP answers AGTIsInDNC (L2506).
	AGTIsInDNCRESP(present bool, result events.Code)
	// AGTSaveAgentForHARESP answers AGTSaveAgentForHA (L2566).
	AGTSaveAgentForHARESP(result events.Code)
	// AGTSkillsChangedRESP answers AGTSkillsChanged (L2592).
	AGTSkillsChangedRESP(result events.Code)
	// AGTGetContactAttributesRESP answers AGTGetContactAttributes (L2618).
	AGTGetContactAttributesRESP(attributes []events.POMAttribute, result events.Code)
}

// Notifications tell what a desktop has not asked for.
type Notifications interface {
	// AGTStateChangedNotify: the agent state has changed (L2634).
	AGTStateChangedNotify(agentState events.POMAgentState)
	// AGTCallNotify: a contact has arrived: connected, or shown first in a
	// preview (L2650).
	AGTCallNotify(contact events.POMContact, sessionID string)
	// AGTAutoReleaseLine: the customer has hung up (L2666).
	AGTAutoReleaseLine(wrapupDetails events.WrapupData, sessionID string)
	// AGTConsultNotify: another agent consults this one (L2690).
	AGTConsultNotify(contact events.POMContact, requestingAgentID, sessionID string)
	// AGTConsultCancelled: the consult is over (L2708).
	AGTConsultCancelled(requestingAgentID, sessionID string)
	// AGTTransferNotify: the consulted call is now this agent's (L2726).
	AGTTransferNotify(contact events.POMContact, sessionID string)
	// AGTConferenceNotify: the consult has become a conference (L2744).
	AGTConferenceNotify(contact events.POMContact, sessionID string)
	// AGTConferenceEnded: the conference is over (L2760).
	AGTConferenceEnded(sessionID string)
	// AGTConferenceOwnershipChanged: this agent now owns the conference (L2774).
	AGTConferenceOwnershipChanged(sessionID string)
	// AGTCapabilitiesChanged: what the agent may do has changed; last of its
	// turn (L2788).
	AGTCapabilitiesChanged(capabilities events.POMCapabilities)
	// AGTNailupChange: the nailing state has changed. The connector answers
	// PendingNailup with AGTReadyForNailup (L2802).
	AGTNailupChange(nailupStatus events.POMNailupStatus)
	// AGTCallStateChangedNotify: the call state has changed (L2816).
	AGTCallStateChangedNotify(callState events.POMCallState)
	// AGTDialFailed: a preview dial or a redial has failed (L2830).
	AGTDialFailed(wrapupDetails events.WrapupData, dialFailReason events.POMDialFailReason, sessionID string)
	// AGTConsultDialFailed: the consulted party could not be reached (L2853).
	AGTConsultDialFailed(dialFailReason events.POMDialFailReason, sessionID string)
	// AGTConsultPending: another agent waits to consult this one (L2869).
	AGTConsultPending(requestingAgent, requestingAgentID, requestingCampaign, sessionID string)
	// AGTPendingConsultComplete: the consult that was waiting has begun (L2889).
	AGTPendingConsultComplete(sessionID string)
	// AGTPreviewCallbackPending: a callback is due soon; the time is "yyyy/MM/dd
	// HH:mm", UTC (L2903).
	AGTPreviewCallbackPending(dueTime, sessionID string)
	// AGTPreviewCallbackCancelled: the callback has expired (L2923).
	AGTPreviewCallbackCancelled(dueTime, sessionID string)
	// AGTAgentLoggedOut: the session is over; nothing but responses follows
	// (L2937).
	AGTAgentLoggedOut()
	// AGTCustomerDetailsChanged: the owner of the call has changed an attribute
	// (L2951).
	AGTCustomerDetailsChanged(attribute events.POMAttribute, sessionID string)
	// AGTEnableCancelConsult: the consult can be cancelled from now on (L2967).
	AGTEnableCancelConsult(sessionID string)
	// AGTInvalidCommandName: a command's name is unknown to the broker (L2981).
	AGTInvalidCommandName(commandName string)
	// GetAgentStatus: the broker asks for the state as the desktop knows it. The
	// connector answers with GetAgentStatusResponse (L2995).
	GetAgentStatus(agentID string)
	// POMAvailable: the agent's zone is served (L3021).
	POMAvailable()
	// POMNotAvailable: the agent's zone cannot be reached, or nobody serves it
	// (L3035).
	POMNotAvailable()
	// AGTBlendedToOutbound: the agent now takes outbound calls (L3049).
	AGTBlendedToOutbound()
	// AGTBlendedToInbound: the agent now takes inbound calls (L3063).
	AGTBlendedToInbound()
	// AGTZoneDown: the zone goes down; who is still logged on then is logged out
	// (L3077).
	AGTZoneDown(zoneName string, gracePeriodInMillis int)
	// AGTJobAttached: the agent has been attached to a campaign (L3091).
	AGTJobAttached(campaignName string)
}
