package events

// NoData is the data of a notification without parameters.
type NoData struct{}

// SessionData is the data of a notification about a call.
type SessionData struct {
	SessionID string `msgpack:"sessionID"`
}

// StateChangedData is the data of AGTStateChangedNotify (L2634). The reason is
// Deskbus's addition for wallboards.
type StateChangedData struct {
	AgentState POMAgentState `msgpack:"agentState"`
	ReasonCode string        `msgpack:"reasonCode,omitempty"`
	ReasonName string        `msgpack:"reasonName,omitempty"`
}

// ContactData is the data of AGTCallNotify, AGTTransferNotify and
// AGTConferenceNotify (L2650, L2726, L2744).
type ContactData struct {
	Contact   POMContact `msgpack:"contact"`
	SessionID string     `msgpack:"sessionID"`
}

// AutoReleaseData is the data of AGTAutoReleaseLine (L2666).
type AutoReleaseData struct {
	WrapupDetails WrapupData `msgpack:"wrapupDetails"`
	SessionID     string     `msgpack:"sessionID"`
}

// ConsultData is the data of AGTConsultNotify (L2690).
type ConsultData struct {
	Contact           POMContact `msgpack:"contact"`
	RequestingAgentID string     `msgpack:"requestingAgentId"`
	SessionID         string     `msgpack:"sessionID"`
}

// ConsultCancelledData is the data of AGTConsultCancelled (L2708).
type ConsultCancelledData struct {
	RequestingAgentID string `msgpack:"requestingAgentId"`
	SessionID         string `msgpack:"sessionID"`
}

// CapabilitiesData is the data of AGTCapabilitiesChanged (L2788).
type CapabilitiesData struct {
	Capabilities POMCapabilities `msgpack:"capabilities"`
}

// NailupData is the data of AGTNailupChange (L2802).
type NailupData struct {
	NailupStatus POMNailupStatus `msgpack:"nailupStatus"`
}

// CallStateData is the data of AGTCallStateChangedNotify (L2816).
type CallStateData struct {
	CallState POMCallState `msgpack:"callState"`
}

// DialFailedData is the data of AGTDialFailed (L2830).
type DialFailedData struct {
	WrapupDetails  WrapupData        `msgpack:"wrapupDetails"`
	DialFailReason POMDialFailReason `msgpack:"dialFailReason"`
	SessionID      string            `msgpack:"sessionID"`
}

// ConsultDialFailedData is the data of AGTConsultDialFailed (L2853).
type ConsultDialFailedData struct {
	DialFailReason POMDialFailReason `msgpack:"dialFailReason"`
	SessionID      string            `msgpack:"sessionID"`
}

// ConsultPendingData is the data of AGTConsultPending (L2869).
type ConsultPendingData struct {
	RequestingAgent    string `msgpack:"requestingAgent"`
	RequestingAgentID  string `msgpack:"requestingAgentID"`
	RequestingCampaign string `msgpack:"requestingCampaign"`
	SessionID          string `msgpack:"sessionID"`
}

// CallbackDueData is the data of AGTPreviewCallbackPending and
// AGTPreviewCallbackCancelled (L2903, L2923).
type CallbackDueData struct {
	// DueTime is "yyyy/MM/dd HH:mm", UTC.
	DueTime   string `msgpack:"dueTime"`
	SessionID string `msgpack:"sessionID"`
}

// CustomerDetailsChangedData is the data of AGTCustomerDetailsChanged (L2951).
type CustomerDetailsChangedData struct {
	Attribute POMAttribute `msgpack:"attribute"`
	SessionID string       `msgpack:"sessionID"`
}

// InvalidCommandData is the data of AGTInvalidCommandName (L2981).
type InvalidCommandData struct {
	CommandName string `msgpack:"commandName"`
}

// AgentIDData is the data of GetAgentStatus (L2995).
type AgentIDData struct {
	AgentID string `msgpack:"agentID"`
}

// ZoneDownData is the data of AGTZoneDown (L3077).
type ZoneDownData struct {
	ZoneName            string `msgpack:"zoneName"`
	GracePeriodInMillis int    `msgpack:"gracePeriodInMillis"`
}

// JobAttachedData is the data of AGTJobAttached (L3091).
type JobAttachedData struct {
	CampaignName string `msgpack:"campaignName"`
}

// notificationData returns the decoder for the data of a notification, nil for
// an unknown name.
func notificationData(name string) dataDecoder {
	switch name {
	case AGTAgentLoggedOut, AGTBlendedToInbound, AGTBlendedToOutbound, POMAvailable, POMNotAvailable:
		return as[NoData]
	case AGTConferenceEnded, AGTConferenceOwnershipChanged, AGTPendingConsultComplete, AGTEnableCancelConsult:
		return as[SessionData]
	case AGTStateChangedNotify:
		return as[StateChangedData]
	case AGTCallNotify, AGTTransferNotify, AGTConferenceNotify:
		return as[ContactData]
	case AGTAutoReleaseLine:
		return as[AutoReleaseData]
	case AGTConsultNotify:
		return as[ConsultData]
	case AGTConsultCancelled:
		return as[ConsultCancelledData]
	case AGTCapabilitiesChanged:
		return as[CapabilitiesData]
	case AGTNailupChange:
		return as[NailupData]
	case AGTCallStateChangedNotify:
		return as[CallStateData]
	case AGTDialFailed:
		return as[DialFailedData]
	case AGTConsultDialFailed:
		return as[ConsultDialFailedData]
	case AGTConsultPending:
		return as[ConsultPendingData]
	case AGTPreviewCallbackPending, AGTPreviewCallbackCancelled:
		return as[CallbackDueData]
	case AGTCustomerDetailsChanged:
		return as[CustomerDetailsChangedData]
	case AGTInvalidCommandName:
		return as[InvalidCommandData]
	case GetAgentStatus:
		return as[AgentIDData]
	case AGTZoneDown:
		return as[ZoneDownData]
	case AGTJobAttached:
		return as[JobAttachedData]
	}
	return nil
}
