package connector_test

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// call is one call of a handler method.
type call struct {
	name string
	args []any
}

// recorder is a handler that passes on every call.
type recorder chan call

var _ connector.Handler = recorder(nil)

func newRecorder() recorder { return make(recorder, 1000) }

// next returns the next call.
func (r recorder) next(t *testing.T) call {
	t.Helper()
	select {
	case c := <-r:
		return c
	case <-time.After(15 * time.Second):
		t.Fatal("the handler is not called")
		return call{}
	}
}

// want checks the names of the next calls.
func (r recorder) want(t *testing.T, names ...string) {
	t.Helper()
	for i, name := range names {
		if c := r.next(t); c.name != name {
			t.Fatalf("call %d: got %s%v, want %s", i+1, c.name, c.args, name)
		}
	}
}

// wantResult checks the name and the last argument of the next call.
func (r recorder) wantResult(t *testing.T, name string, result events.Code) {
	t.Helper()
	c := r.next(t)
	if c.name != name || c.args[len(c.args)-1] != any(result) {
		t.Fatalf("got %s%v, want %s with result %d", c.name, c.args, name, result)
	}
}

func (r recorder) add(name string, args ...any) { r <- call{name, args} }

func (r recorder) AGTLogonRESP(a events.Code)  { r.add("AGTLogonRESP", a) }
func (r recorder) AGTLogoffRESP(a events.Code) { r.add("AGTLogoffRESP", a) }
func (r recorder) AGTStateChangeRESP(a events.POMAgentState, b events.Code) {
	r.add("AGTStateChangeRESP", a, b)
}
func (r recorder) AGTHoldCallRESP(a string, b events.Code)   { r.add("AGTHoldCallRESP", a, b) }
func (r recorder) AGTUnholdCallRESP(a string, b events.Code) { r.add("AGTUnholdCallRESP", a, b) }
func (r recorder) AGTReleaseLineRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTReleaseLineRESP", a, b, c)
}
func (r recorder) AGTGetCompCodesRESP(a []events.POMCompletionCode, b string, c events.Code) {
	r.add("AGTGetCompCodesRESP", a, b, c)
}
func (r recorder) AGTWrapupContactRESP(a string, b events.Code) { r.add("AGTWrapupContactRESP", a, b) }
func (r recorder) AGTExtendWrapupRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTExtendWrapupRESP", a, b, c)
}
func (r recorder) AGTGetConsultTypesRESP(a []events.POMDestinationType, b bool, c string, d events.Code) {
	r.add("AGTGetConsultTypesRESP", a, b, c, d)
}
func (r recorder) AGTGetConsultDestsForTypeRESP(a []events.POMDestination, b bool, c string, d events.Code) {
	r.add("AGTGetConsultDestsForTypeRESP", a, b, c, d)
}
func (r recorder) AGTConsultCallRESP(a string, b events.Code) { r.add("AGTConsultCallRESP", a, b) }
func (r recorder) AGTCompleteTransferRESP(a bool, b *events.WrapupData, c string, d events.Code) {
	r.add("AGTCompleteTransferRESP", a, b, c, d)
}
func (r recorder) AGTCancelConsultRESP(a string, b events.Code) { r.add("AGTCancelConsultRESP", a, b) }
func (r recorder) AGTStartConfRESP(a string, b events.Code)     { r.add("AGTStartConfRESP", a, b) }
func (r recorder) AGTEndConfRESP(a string, b events.Code)       { r.add("AGTEndConfRESP", a, b) }
func (r recorder) AGTConfChangeOwnershipRESP(a string, b events.Code) {
	r.add("AGTConfChangeOwnershipRESP", a, b)
}
func (r recorder) AGTRedialRESP(a string, b events.Code)   { r.add("AGTRedialRESP", a, b) }
func (r recorder) AGTSendDTMFRESP(a string, b events.Code) { r.add("AGTSendDTMFRESP", a, b) }
func (r recorder) AGTGetCallbackTypesRESP(a []events.POMCallbackType, b string, c string, d events.Code) {
	r.add("AGTGetCallbackTypesRESP", a, b, c, d)
}
func (r recorder) AGTGetCallbackDestsForTypeRESP(a events.POMCallbackType, b []events.POMCallbackDest, c bool, d string, e events.Code) {
	r.add("AGTGetCallbackDestsForTypeRESP", a, b, c, d, e)
}
func (r recorder) AGTCreateCallbackRESP(a string, b events.Code) {
	r.add("AGTCreateCallbackRESP", a, b)
}
func (r recorder) AGTGetErrorStringRESP(a, b string, c events.Code) {
	r.add("AGTGetErrorStringRESP", a, b, c)
}
func (r recorder) AGTGetErrorInfoRESP(a events.POMErrorInfo, b events.Code) {
	r.add("AGTGetErrorInfoRESP", a, b)
}
func (r recorder) AGTPreviewDialRESP(a string, b events.Code) { r.add("AGTPreviewDialRESP", a, b) }
func (r recorder) AGTPreviewCancelRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTPreviewCancelRESP", a, b, c)
}
func (r recorder) AGTGetCustomerDetailsRESP(a *events.POMCustomerDetails, b string, c events.Code) {
	r.add("AGTGetCustomerDetailsRESP", a, b, c)
}
func (r recorder) AGTSetCustomerDetailRESP(a string, b events.Code) {
	r.add("AGTSetCustomerDetailRESP", a, b)
}
func (r recorder) AGTBlendToInboundRESP(a events.Code)  { r.add("AGTBlendToInboundRESP", a) }
func (r recorder) AGTBlendToOutboundRESP(a events.Code) { r.add("AGTBlendToOutboundRESP", a) }
func (r recorder) AGTNailupAgentRESP(a events.Code)     { r.add("AGTNailupAgentRESP", a) }
func (r recorder) AGTReadyForNailupRESP(a events.Code)  { r.add("AGTReadyForNailupRESP", a) }
func (r recorder) AGTLostNailingRESP(a *events.WrapupData, b string, c events.Code) {
	r.add("AGTLostNailingRESP", a, b, c)
}
func (r recorder) AGTPendingLogoutRESP(a events.Code)          { r.add("AGTPendingLogoutRESP", a) }
func (r recorder) AGTAddAgentNoteRESP(a string, b events.Code) { r.add("AGTAddAgentNoteRESP", a, b) }
func (r recorder) AGTRefreshAgentNotesRESP(a []string, b string, c events.Code) {
	r.add("AGTRefreshAgentNotesRESP", a, b, c)
}
func (r recorder) AGTGetTimezonesRESP(a []events.POMKeyValuePair, b events.Code) {
	r.add("AGTGetTimezonesRESP", a, b)
}
func (r recorder) AGTAvailableForNailupRESP(a events.Code)      { r.add("AGTAvailableForNailupRESP", a) }
func (r recorder) AGTAgentDisconnectedRESP(a events.Code)       { r.add("AGTAgentDisconnectedRESP", a) }
func (r recorder) GetAgentStatusResponseRESP(a events.Code)     { r.add("GetAgentStatusResponseRESP", a) }
func (r recorder) AGTAddToDNCRESP(a string, b events.Code)      { r.add("AGTAddToDNCRESP", a, b) }
func (r recorder) AGTGetZoneListRESP(a []string, b events.Code) { r.add("AGTGetZoneListRESP", a, b) }
func (r recorder) AGTIsInDNCRESP(a bool, b events.Code)         { r.add("AGTIsInDNCRESP", a, b) }
func (r recorder) AGTSaveAgentForHARESP(a events.Code)          { r.add("AGTSaveAgentForHARESP", a) }
func (r recorder) AGTSkillsChangedRESP(a events.Code)           { r.add("AGTSkillsChangedRESP", a) }
func (r recorder) AGTGetContactAttributesRESP(a []events.POMAttribute, b events.Code) {
	r.add("AGTGetContactAttributesRESP", a, b)
}
func (r recorder) AGTStateChangedNotify(a events.POMAgentState) { r.add("AGTStateChangedNotify", a) }
func (r recorder) AGTCallNotify(a events.POMContact, b string)  { r.add("AGTCallNotify", a, b) }
func (r recorder) AGTAutoReleaseLine(a events.WrapupData, b string) {
	r.add("AGTAutoReleaseLine", a, b)
}
func (r recorder) AGTConsultNotify(a events.POMContact, b, c string) {
	r.add("AGTConsultNotify", a, b, c)
}
func (r recorder) AGTConsultCancelled(a, b string)                 { r.add("AGTConsultCancelled", a, b) }
func (r recorder) AGTTransferNotify(a events.POMContact, b string) { r.add("AGTTransferNotify", a, b) }
func (r recorder) AGTConferenceNotify(a events.POMContact, b string) {
	r.add("AGTConferenceNotify", a, b)
}
func (r recorder) AGTConferenceEnded(a string)            { r.add("AGTConferenceEnded", a) }
func (r recorder) AGTConferenceOwnershipChanged(a string) { r.add("AGTConferenceOwnershipChanged", a) }
func (r recorder) AGTCapabilitiesChanged(a events.POMCapabilities) {
	r.add("AGTCapabilitiesChanged", a)
}
func (r recorder) AGTNailupChange(a events.POMNailupStatus) { r.add("AGTNailupChange", a) }
func (r recorder) AGTCallStateChangedNotify(a events.POMCallState) {
	r.add("AGTCallStateChangedNotify", a)
}
func (r recorder) AGTDialFailed(a events.WrapupData, b events.POMDialFailReason, c string) {
	r.add("AGTDialFailed", a, b, c)
}
func (r recorder) AGTConsultDialFailed(a events.POMDialFailReason, b string) {
	r.add("AGTConsultDialFailed", a, b)
}
func (r recorder) AGTConsultPending(a, b, c, d string)   { r.add("AGTConsultPending", a, b, c, d) }
func (r recorder) AGTPendingConsultComplete(a string)    { r.add("AGTPendingConsultComplete", a) }
func (r recorder) AGTPreviewCallbackPending(a, b string) { r.add("AGTPreviewCallbackPending", a, b) }
func (r recorder) AGTPreviewCallbackCancelled(a, b string) {
	r.add("AGTPreviewCallbackCancelled", a, b)
}
func (r recorder) AGTAgentLoggedOut() { r.add("AGTAgentLoggedOut") }
func (r recorder) AGTCustomerDetailsChanged(a events.POMAttribute, b string) {
	r.add("AGTCustomerDetailsChanged", a, b)
}
func (r recorder) AGTEnableCancelConsult(a string) { r.add("AGTEnableCancelConsult", a) }
func (r recorder) AGTInvalidCommandName(a string)  { r.add("AGTInvalidCommandName", a) }
func (r recorder) GetAgentStatus(a string)         { r.add("GetAgentStatus", a) }
func (r recorder) POMAvailable()                   { r.add("POMAvailable") }
func (r recorder) POMNotAvailable()                { r.add("POMNotAvailable") }
func (r recorder) AGTBlendedToOutbound()           { r.add("AGTBlendedToOutbound") }
func (r recorder) AGTBlendedToInbound()            { r.add("AGTBlendedToInbound") }
func (r recorder) AGTZoneDown(a string, b int)     { r.add("AGTZoneDown", a, b) }
func (r recorder) AGTJobAttached(a string)         { r.add("AGTJobAttached", a) }
