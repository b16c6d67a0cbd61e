package connector

import "github.com/deskbus/deskbus/events"

// BaseHandler ignores every response and notification. Embed it in a [Handler]
// that wants to hear only some of them.
type BaseHandler struct{}

var _ Handler = BaseHandler{}

// Missed does nothing.
func (BaseHandler) Missed([]MissedNotification, int) {}

// AGTLogonRESP does nothing.
func (BaseHandler) AGTLogonRESP(events.Code) {}

// AGTLogoffRESP does nothing.
func (BaseHandler) AGTLogoffRESP(events.Code) {}

// AGTStateChangeRESP does nothing.
func (BaseHandler) AGTStateChangeRESP(events.POMAgentState, events.Code) {}

// AGTHoldCallRESP does nothing.
func (BaseHandler) AGTHoldCallRESP(string, events.Code) {}

// AGTUnholdCallRESP does nothing.
func (BaseHandler) AGTUnholdCallRESP(string, events.Code) {}

// AGTReleaseLineRESP does nothing.
func (BaseHandler) AGTReleaseLineRESP(*events.WrapupData, string, events.Code) {}

// AGTGetCompCodesRESP does nothing.
func (BaseHandler) AGTGetCompCodesRESP([]events.POMCompletionCode, string, events.Code) {}

// AGTWrapupContactRESP does nothing.
func (BaseHandler) AGTWrapupContactRESP(string, events.Code) {}

// AGTExtendWrapupRESP does nothing.
func (BaseHandler) AGTExtendWrapupRESP(*events.WrapupData, string, events.Code) {}

// AGTGetConsultTypesRESP does nothing.
func (BaseHandler) AGTGetConsultTypesRESP([]events.POMDestinationType, bool, string, events.Code) {}

// AGTGetConsultDestsForTypeRESP does nothing.
func (BaseHandler) AGTGetConsultDestsForTypeRESP([]events.POMDestination, bool, string, events.Code) {
}

// AGTConsultCallRESP does nothing.
func (BaseHandler) AGTConsultCallRESP(string, events.Code) {}

// AGTCompleteTransferRESP does nothing.
func (BaseHandler) AGTCompleteTransferRESP(bool, *events.WrapupData, string, events.Code) {}

// AGTCancelConsultRESP does nothing.
func (BaseHandler) AGTCancelConsultRESP(string, events.Code) {}

// AGTStartConfRESP does nothing.
func (BaseHandler) AGTStartConfRESP(string, events.Code) {}

// AGTEndConfRESP does nothing.
func (BaseHandler) AGTEndConfRESP(string, events.Code) {}

// AGTConfChangeOwnershipRESP does nothing.
func (BaseHandler) AGTConfChangeOwnershipRESP(string, events.Code) {}

// AGTRedialRESP does nothing.
func (BaseHandler) AGTRedialRESP(string, events.Code) {}

// AGTSendDTMFRESP does nothing.
func (BaseHandler) AGTSendDTMFRESP(string, events.Code) {}

// AGTGetCallbackTypesRESP does nothing.
func (BaseHandler) AGTGetCallbackTypesRESP([]events.POMCallbackType, string, string, events.Code) {}

// AGTGetCallbackDestsForTypeRESP does nothing.
func (BaseHandler) AGTGetCallbackDestsForTypeRESP(events.POMCallbackType, []events.POMCallbackDest, bool, string, events.Code) {
}

// AGTCreateCallbackRESP does nothing.
func (BaseHandler) AGTCreateCallbackRESP(string, events.Code) {}

// AGTGetErrorStringRESP does nothing.
func (BaseHandler) AGTGetErrorStringRESP(string, string, events.Code) {}

// AGTGetErrorInfoRESP does nothing.
func (BaseHandler) AGTGetErrorInfoRESP(events.POMErrorInfo, events.Code) {}

// AGTPreviewDialRESP does nothing.
func (BaseHandler) AGTPreviewDialRESP(string, events.Code) {}

// AGTPreviewCancelRESP does nothing.
func (BaseHandler) AGTPreviewCancelRESP(*events.WrapupData, string, events.Code) {}

// AGTGetCustomerDetailsRESP does nothing.
func (BaseHandler) AGTGetCustomerDetailsRESP(*events.POMCustomerDetails, string, events.Code) {}

// AGTSetCustomerDetailRESP does nothing.
func (BaseHandler) AGTSetCustomerDetailRESP(string, events.Code) {}

// AGTBlendToInboundRESP does nothing.
func (BaseHandler) AGTBlendToInboundRESP(events.Code) {}

// AGTBlendToOutboundRESP does nothing.
func (BaseHandler) AGTBlendToOutboundRESP(events.Code) {}

// AGTNailupAgentRESP does nothing.
func (BaseHandler) AGTNailupAgentRESP(events.Code) {}

// AGTReadyForNailupRESP does nothing.
func (BaseHandler) AGTReadyForNailupRESP(events.Code) {}

// AGTLostNailingRESP does nothing.
func (BaseHandler) AGTLostNailingRESP(*events.WrapupData, string, events.Code) {}

// AGTPendingLogoutRESP does nothing.
func (BaseHandler) AGTPendingLogoutRESP(events.Code) {}

// AGTAddAgentNoteRESP does nothing.
func (BaseHandler) AGTAddAgentNoteRESP(string, events.Code) {}

// AGTRefreshAgentNotesRESP does nothing.
func (BaseHandler) AGTRefreshAgentNotesRESP([]string, string, events.Code) {}

// AGTGetTimezonesRESP does nothing.
func (BaseHandler) AGTGetTimezonesRESP([]events.POMKeyValuePair, events.Code) {}

// AGTAvailableForNailupRESP does nothing.
func (BaseHandler) AGTAvailableForNailupRESP(events.Code) {}

// AGTAgentDisconnectedRESP does nothing.
func (BaseHandler) AGTAgentDisconnectedRESP(events.Code) {}

// GetAgentStatusResponseRESP does nothing.
func (BaseHandler) GetAgentStatusResponseRESP(events.Code) {}

// AGTAddToDNCRESP does nothing.
func (BaseHandler) AGTAddToDNCRESP(string, events.Code) {}

// AGTGetZoneListRESP does nothing.
func (BaseHandler) AGTGetZoneListRESP([]string, events.Code) {}

// AGTIsInDNCRESP does nothing.
func (BaseHandler) AGTIsInDNCRESP(bool, events.Code) {}

// AGTSaveAgentForHARESP does nothing.
func (BaseHandler) AGTSaveAgentForHARESP(events.Code) {}

// AGTSkillsChangedRESP does nothing.
func (BaseHandler) AGTSkillsChangedRESP(events.Code) {}

// AGTGetContactAttributesRESP does nothing.
func (BaseHandler) AGTGetContactAttributesRESP([]events.POMAttribute, events.Code) {}

// AGTStateChangedNotify does nothing.
func (BaseHandler) AGTStateChangedNotify(events.POMAgentState) {}

// AGTCallNotify does nothing.
func (BaseHandler) AGTCallNotify(events.POMContact, string) {}

// AGTAutoReleaseLine does nothing.
func (BaseHandler) AGTAutoReleaseLine(events.WrapupData, string) {}

// AGTConsultNotify does nothing.
func (BaseHandler) AGTConsultNotify(events.POMContact, string, string) {}

// AGTConsultCancelled does nothing.
func (BaseHandler) AGTConsultCancelled(string, string) {}

// AGTTransferNotify does nothing.
func (BaseHandler) AGTTransferNotify(events.POMContact, string) {}

// AGTConferenceNotify does nothing.
func (BaseHandler) AGTConferenceNotify(events.POMContact, string) {}

// AGTConferenceEnded does nothing.
func (BaseHandler) AGTConferenceEnded(string) {}

// AGTConferenceOwnershipChanged does nothing.
func (BaseHandler) AGTConferenceOwnershipChanged(string) {}

// AGTCapabilitiesChanged does nothing.
func (BaseHandler) AGTCapabilitiesChanged(events.POMCapabilities) {}

// AGTNailupChange does nothing.
func (BaseHandler) AGTNailupChange(events.POMNailupStatus) {}

// AGTCallStateChangedNotify does nothing.
func (BaseHandler) AGTCallStateChangedNotify(events.POMCallState) {}

// AGTDialFailed does nothing.
func (BaseHandler) AGTDialFailed(events.WrapupData, events.POMDialFailReason, string) {}

// AGTConsultDialFailed does nothing.
func (BaseHandler) AGTConsultDialFailed(events.POMDialFailReason, string) {}

// AGTConsultPending does nothing.
func (BaseHandler) AGTConsultPending(string, string, string, string) {}

// AGTPendingConsultComplete does nothing.
func (BaseHandler) AGTPendingConsultComplete(string) {}

// AGTPreviewCallbackPending does nothing.
func (BaseHandler) AGTPreviewCallbackPending(string, string) {}

// AGTPreviewCallbackCancelled does nothing.
func (BaseHandler) AGTPreviewCallbackCancelled(string, string) {}

// AGTAgentLoggedOut does nothing.
func (BaseHandler) AGTAgentLoggedOut() {}

// AGTCustomerDetailsChanged does nothing.
func (BaseHandler) AGTCustomerDetailsChanged(events.POMAttribute, string) {}

// AGTEnableCancelConsult does nothing.
func (BaseHandler) AGTEnableCancelConsult(string) {}

// AGTInvalidCommandName does nothing.
func (BaseHandler) AGTInvalidCommandName(string) {}

// GetAgentStatus does nothing.
func (BaseHandler) GetAgentStatus(string) {}

// POMAvailable does nothing.
func (BaseHandler) POMAvailable() {}

// POMNotAvailable does nothing.
func (BaseHandler) POMNotAvailable() {}

// AGTBlendedToOutbound does nothing.
func (BaseHandler) AGTBlendedToOutbound() {}

// AGTBlendedToInbound does nothing.
func (BaseHandler) AGTBlendedToInbound() {}

// AGTZoneDown does nothing.
func (BaseHandler) AGTZoneDown(string, int) {}

// AGTJobAttached does nothing.
func (BaseHandler) AGTJobAttached(string) {}
