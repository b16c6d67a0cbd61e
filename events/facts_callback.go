package events

// CallbackData is the data of CallbackCreated.
type CallbackData struct {
	// CallbackID is the sessionID that the call will have.
	CallbackID    string           `msgpack:"callbackID"`
	CallbackType  POMCallbackType  `msgpack:"callbackType"`
	ContactID     string           `msgpack:"contactID"`
	ContactNumber POMContactNumber `msgpack:"contactNumber"`
	// List is the campaign that has the contact; the event names the campaign
	// whose agents call back.
	List string `msgpack:"list"`
	// AgentID is the agent of a callback of type Agent.
	AgentID string `msgpack:"agentID,omitempty"`
	// Due is when to call, Expires the end of trying: microseconds since 1970,
	// UTC.
	Due     int64 `msgpack:"due"`
	Expires int64 `msgpack:"expires"`
	// TimeZone is that of the customer, for the calling window.
	TimeZone string `msgpack:"timeZone,omitempty"`
	// CreatedBy is the agent who created it.
	CreatedBy string `msgpack:"createdBy"`
	// Replaces is the callback it is in place of, the same promise to the customer:
	// the agent who saw that one came to no decision, or another time was agreed.
	Replaces string `msgpack:"replaces,omitempty"`
	// AgreedIn is the session of the call in which it was agreed; empty where the
	// broker made it, in place of another.
	AgreedIn string `msgpack:"agreedIn,omitempty"`
}

// CallbackIDData is the data of CallbackDue.
type CallbackIDData struct {
	CallbackID string `msgpack:"callbackID"`
}

// CallbackEndedData is the data of CallbackEnded.
type CallbackEndedData struct {
	CallbackID string `msgpack:"callbackID"`
	// Reason is why it will not be made.
	Reason CallbackEndReason `msgpack:"reason"`
}

// CallbackEndReason says why a callback will not be made.
type CallbackEndReason string

const (
	// CallbackExpired: no agent was there in time (L804).
	CallbackExpired CallbackEndReason = "expired"
	// CallbackForbidden: the number must not be called any more.
	CallbackForbidden CallbackEndReason = "forbidden"
	// CallbackWithdrawn: its campaign is configured no more.
	CallbackWithdrawn CallbackEndReason = "withdrawn"
	// CallbackRescheduled: the agent agreed another time in the same call (L796).
	CallbackRescheduled CallbackEndReason = "rescheduled"
)
