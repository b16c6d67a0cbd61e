// Package heard is a desktop that writes down what it hears, for tests.
package heard

import (
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// Call is one call of a handler method.
type Call struct {
	Name string
	Args []any
}

// Recorder is a handler that passes on every call.
type Recorder chan Call

var _ connector.Handler = Recorder(nil)

func (r Recorder) add(name string, args ...any) { r <- Call{name, args} }

func (r Recorder) Missed(a []connector.MissedNotification, b int) { r.add("Missed", a, b) }

func (r Recorder) AGTLogonRESP(a events.Code)  { r.add("AGTLogonRESP", a) }
func (r Recorder) AGTLogoffRESP(a events.Code) { r.add("AGTLogoffRESP", a) }
func (r Recorder) AGTStateChangeRESP(a events.POMAgentState, b events.Code) {
	r.add("AGTStateChangeRESP", a, b)
}
func (r Recorder) AGTHoldCallRESP(a string, b events.Code)   { r.add("AGTHoldCallRESP", a, b) }
func (r Recorder) AGTUnholdCallRESP(a string, b events.Code) { r.add("AGTUnholdCallRESP", a, b) }
func (r Recorder) AGTReleaseLineRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTReleaseLineRESP", a, b, c)
}
func (r Recorder) AGTGetCompCodesRESP(a []events.POMCompletionCode, b string, c events.Code) {
	r.add("AGTGetCompCodesRESP", a, b, c)
}
func (r Recorder) AGTWrapupContactRESP(a string, b events.Code) { r.add("AGTWrapupContactRESP", a, b) }
func (r Recorder) AGTExtendWrapupRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTExtendWrapupRESP", a, b, c)
}
func (r Recorder) AGTGetConsultTypesRESP(a []events.POMDestinationType, b bool, c string, d events.Code) {
	r.add("AGTGetConsultTypesRESP", a, b, c, d)
}
func (r Recorder) AGTGetConsultDestsForTypeRESP(a []events.POMDestination, b bool, c string, d events.Code) {
	r.add("AGTGetConsultDestsForTypeRESP", a, b, c, d)
}
func (r Recorder) AGTConsultCallRESP(a string, b events.Code) { r.add("AGTConsultCallRESP", a, b) }
func (r Recorder) AGTCompleteTransferRESP(a bool, b *events.WrapupData, c string, d events.Code) {
	r.add("AGTCompleteTransferRESP", a, b, c, d)
}
func (r Recorder) AGTCancelConsultRESP(a string, b events.Code) { r.add("AGTCancelConsultRESP", a, b) }
func (r Recorder) AGTStartConfRESP(a string, b events.Code)     { r.add("AGTStartConfRESP", a, b) }
func (r Recorder) AGTEndConfRESP(a string, b events.Code)       { r.add("AGTEndConfRESP", a, b) }
func (r Recorder) AGTConfChangeOwnershipRESP(a string, b events.Code) {
	r.add("AGTConfChangeOwnershipRESP", a, b)
}
func (r Recorder) AGTRedialRESP(a string, b events.Code)   { r.add("AGTRedialRESP", a, b) }
func (r Recorder) AGTSendDTMFRESP(a string, b events.Code) { r.add("AGTSendDTMFRESP", a, b) }
func (r Recorder) AGTGetCallbackTypesRESP(a []events.POMCallbackType, b string, c string, d events.Code) {
	r.add("AGTGetCallbackTypesRESP", a, b, c, d)
}
func (r Recorder) AGTGetCallbackDestsForTypeRESP(a events.POMCallbackType, b []events.POMCallbackDest, c bool, d string, e events.Code) {
	r.add("AGTGetCallbackDestsForTypeRESP", a, b, c, d, e)
}
func (r Recorder) AGTCreateCallbackRESP(a string, b events.Code) {
	r.add("AGTCreateCallbackRESP", a, b)
}
func (r Recorder) AGTGetErrorStringRESP(a, b string, c events.Code) {
	r.add("AGTGetErrorStringRESP", a, b, c)
}
func (r Recorder) AGTGetErrorInfoRESP(a events.POMErrorInfo, b events.Code) {
	r.add("AGTGetErrorInfoRESP", a, b)
}
func (r Recorder) AGTPreviewDialRESP(a string, b events.Code) { r.add("AGTPreviewDialRESP", a, b) }
func (r Recorder) AGTPreviewCancelRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTPreviewCancelRESP", a, b, c)
}
func (r Recorder) AGTGetCustomerDetailsRESP(a *events.POMCustomerDetails, b string, c events.Code) {
	r.add("AGTGetCustomerDetailsRESP", a, b, c)
}
func (r Recorder) AGTSetCustomerDetailRESP(a string, b events.Code) {
	r.add("AGTSetCustomerDetailRESP", a, b)
}
func (r Recorder) AGTBlendToInboundRESP(a events.Code)  { r.add("AGTBlendToInboundRESP", a) }
func (r Recorder) AGTBlendToOutboundRESP(a events.Code) { r.add("AGTBlendToOutboundRESP", a) }
func (r Recorder) AGTNailupAgentRESP(a events.Code)     { r.add("AGTNailupAgentRESP", a) }
func (r Recorder) AGTReadyForNailupRESP(a events.Code)  { r.add("AGTReadyForNailupRESP", a) }
func (r Recorder) AGTLostNailingRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTLostNailingRESP", a, b, c)
}
func (r Recorder) AGTPendingLogoutRESP(a events.Code)          { r.add("AGTPendingLogoutRESP", a) }
func (r Recorder) AGTAddAgentNoteRESP(a string, b events.Code) { r.add("AGTAddAgentNoteRESP", a, b) }
func (r Recorder) AGTRefreshAgentNotesRESP(a []string, b string, c events.Code) {
	r.add("AGTRefreshAgentNotesRESP", a, b, c)
}
func (r Recorder) AGTGetTimezonesRESP(a []events.POMKeyValuePair, b events.Code) {
	r.add("AGTGetTimezonesRESP", a, b)
}
func (r Recorder) AGTAvailableForNailupRESP(a events.Code)      { r.add("AGTAvailableForNailupRESP", a) }
func (r Recorder) AGTAgentDisconnectedRESP(a events.Code)       { r.add("AGTAgentDisconnectedRESP", a) }
func (r Recorder) GetAgentStatusResponseRESP(a events.Code)     { r.add("GetAgentStatusResponseRESP", a) }
func (r Recorder) AGTAddToDNCRESP(a string, b events.Code)      { r.add("AGTAddToDNCRESP", a, b) }
func (r Recorder) AGTGetZoneListRESP(a []string, b events.Code) { r.add("AGTGetZoneListRESP", a, b) }
func (r Recorder) AGTIsInDNCRESP(a bool, b events.Code)         { r.add("AGTIsInDNCRESP", a, b) }
func (r Recorder) AGTSaveAgentForHARESP(a events.Code)          { r.add("AGTSaveAgentForHARESP", a) }
func (r Recorder) AGTSkillsChangedRESP(a events.Code)           { r.add("AGTSkillsChangedRESP", a) }
func (r Recorder) AGTGetContactAttributesRESP(a []events.POMAttribute, b events.Code) {
	r.add("AGTGetContactAttributesRESP", a, b)
}
func (r Recorder) AGTStateChangedNotify(a events.POMAgentState) { r.add("AGTStateChangedNotify", a) }
func (r Recorder) AGTCallNotify(a events.POMContact, b string)  { r.add("AGTCallNotify", a, b) }
func (r Recorder) AGTAutoReleaseLine(a events.WrapupData, b string) {
	r.add("AGTAutoReleaseLine", a, b)
}
func (r Recorder) AGTConsultNotify(a events.POMContact, b, c string) {
	r.add("AGTConsultNotify", a, b, c)
}
func (r Recorder) AGTConsultCancelled(a, b string)                 { r.add("AGTConsultCancelled", a, b) }
func (r Recorder) AGTTransferNotify(a events.POMContact, b string) { r.add("AGTTransferNotify", a, b) }
func (r Recorder) AGTConferenceNotify(a events.POMContact, b string) {
	r.add("AGTConferenceNotify", a, b)
}
func (r Recorder) AGTConferenceEnded(a string)            { r.add("AGTConferenceEnded", a) }
func (r Recorder) AGTConferenceOwnershipChanged(a string) { r.add("AGTConferenceOwnershipChanged", a) }
func (r Recorder) AGTCapabilitiesChanged(a events.POMCapabilities) {
	r.add("AGTCapabilitiesChanged", a)
}
func (r Recorder) AGTNailupChange(a events.POMNailupStatus) { r.add("AGTNailupChange", a) }
func (r Recorder) AGTCallStateChangedNotify(a events.POMCallState) {
	r.add("AGTCallStateChangedNotify", a)
}
func (r Recorder) AGTDialFailed(a events.WrapupData, b events.POMDialFailReason, c string) {
	r.add("AGTDialFailed", a, b, c)
}
func (r Recorder) AGTConsultDialFailed(a events.POMDialFailReason, b string) {
	r.add("AGTConsultDialFailed", a, b)
}
func (r Recorder) AGTConsultPending(a, b, c, d string)   { r.add("AGTConsultPending", a, b, c, d) }
func (r Recorder) AGTPendingConsultComplete(a string)    { r.add("AGTPendingConsultComplete", a) }
func (r Recorder) AGTPreviewCallbackPending(a, b string) { r.add("AGTPreviewCallbackPending", a, b) }
func (r Recorder) AGTPreviewCallbackCancelled(a, b string) {
	r.add("AGTPreviewCallbackCancelled", a, b)
}
func (r Recorder) AGTAgentLoggedOut() { r.add("AGTAgentLoggedOut") }
func (r Recorder) AGTCustomerDetailsChanged(a events.POMAttribute, b string) {
	r.add("AGTCustomerDetailsChanged", a, b)
}
func (r Recorder) AGTEnableCancelConsult(a string) { r.add("AGTEnableCancelConsult", a) }
func (r Recorder) AGTInvalidCommandName(a string)  { r.add("AGTInvalidCommandName", a) }
func (r Recorder) GetAgentStatus(a string)         { r.add("GetAgentStatus", a) }
func (r Recorder) POMAvailable()                   { r.add("POMAvailable") }
func (r Recorder) POMNotAvailable()                { r.add("POMNotAvailable") }
func (r Recorder) AGTBlendedToOutbound()           { r.add("AGTBlendedToOutbound") }
func (r Recorder) AGTBlendedToInbound()            { r.add("AGTBlendedToInbound") }
func (r Recorder) AGTZoneDown(a string, b int)     { r.add("AGTZoneDown", a, b) }
func (r Recorder) AGTJobAttached(a string)         { r.add("AGTJobAttached", a) }
