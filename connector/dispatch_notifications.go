package connector

import "github.com/deskbus/deskbus/events"

// notify calls the handler's method for a notification, by its name. It returns
// false when there is none for this name and type of data.
func notify(h Handler, name string, data any) bool {
	switch d := data.(type) {
	case events.NoData:
		return notifyBare(h, name)
	case events.SessionData:
		return notifySession(h, name, d.SessionID)
	case events.ContactData:
		return notifyContact(h, name, d.Contact, d.SessionID)
	case events.CallbackDueData:
		return notifyCallback(h, name, d.DueTime, d.SessionID)
	case events.StateChangedData:
		h.AGTStateChangedNotify(d.AgentState)
	case events.AutoReleaseData:
		h.AGTAutoReleaseLine(d.WrapupDetails, d.SessionID)
	case events.ConsultData:
		h.AGTConsultNotify(d.Contact, d.RequestingAgentID, d.SessionID)
	case events.ConsultCancelledData:
		h.AGTConsultCancelled(d.RequestingAgentID, d.SessionID)
	case events.CapabilitiesData:
		h.AGTCapabilitiesChanged(d.Capabilities)
	case events.NailupData:
		h.AGTNailupChange(d.NailupStatus)
	case events.CallStateData:
		h.AGTCallStateChangedNotify(d.CallState)
	case events.DialFailedData:
		h.AGTDialFailed(d.WrapupDetails, d.DialFailReason, d.SessionID)
	case events.ConsultDialFailedData:
		h.AGTConsultDialFailed(d.DialFailReason, d.SessionID)
	case events.ConsultPendingData:
		h.AGTConsultPending(d.RequestingAgent, d.RequestingAgentID, d.RequestingCampaign, d.SessionID)
	case events.CustomerDetailsChangedData:
		h.AGTCustomerDetailsChanged(d.Attribute, d.SessionID)
	case events.InvalidCommandData:
		h.AGTInvalidCommandName(d.CommandName)
	case events.AgentIDData:
		h.GetAgentStatus(d.AgentID)
	case events.ZoneDownData:
		h.AGTZoneDown(d.ZoneName, d.GracePeriodInMillis)
	case events.JobAttachedData:
		h.AGTJobAttached(d.CampaignName)
	default:
		return false
	}
	return true
}

// notifyBare calls the method of a notification without parameters.
func notifyBare(h Handler, name string) bool {
	switch name {
	case events.AGTAgentLoggedOut:
		h.AGTAgentLoggedOut()
	case events.AGTBlendedToInbound:
		h.AGTBlendedToInbound()
	case events.AGTBlendedToOutbound:
		h.AGTBlendedToOutbound()
	case events.POMAvailable:
		h.POMAvailable()
	case events.POMNotAvailable:
		h.POMNotAvailable()
	default:
		return false
	}
	return true
}

// notifySession calls the method of a notification that only names a call.
func notifySession(h Handler, name, sessionID string) bool {
	switch name {
	case events.AGTConferenceEnded:
		h.AGTConferenceEnded(sessionID)
	case events.AGTConferenceOwnershipChanged:
		h.AGTConferenceOwnershipChanged(sessionID)
	case events.AGTPendingConsultComplete:
		h.AGTPendingConsultComplete(sessionID)
	case events.AGTEnableCancelConsult:
		h.AGTEnableCancelConsult(sessionID)
	default:
		return false
	}
	return true
}

// notifyContact calls the method of a notification that brings a contact.
func notifyContact(h Handler, name string, contact events.POMContact, sessionID string) bool {
	switch name {
	case events.AGTCallNotify:
		h.AGTCallNotify(contact, sessionID)
	case events.AGTTransferNotify:
		h.AGTTransferNotify(contact, sessionID)
	case events.AGTConferenceNotify:
		h.AGTConferenceNotify(contact, sessionID)
	default:
		return false
	}
	return true
}

// notifyCallback calls the method of a notification about a callback.
func notifyCallback(h Handler, name, dueTime, sessionID string) bool {
	switch name {
	case events.AGTPreviewCallbackPending:
		h.AGTPreviewCallbackPending(dueTime, sessionID)
	case events.AGTPreviewCallbackCancelled:
		h.AGTPreviewCallbackCancelled(dueTime, sessionID)
	default:
		return false
	}
	return true
}
