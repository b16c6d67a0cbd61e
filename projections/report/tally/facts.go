package tally

import "github.com/deskbus/deskbus/events"

// Call is a call as far as a report must know it.
type Call struct {
	Campaign string `msgpack:"campaign"`
	// Agent owns the call, empty while nobody does.
	Agent string `msgpack:"agent,omitempty"`
	// Ringing: an attempt was made and nobody knows yet how it ends.
	Ringing bool `msgpack:"ringing,omitempty"`
	// AnsweredAt is when the newest attempt was answered, in milliseconds since
	// 1970, UTC, 0 when none was or a machine did. AnsweredFor is whose attempt it
	// was.
	AnsweredAt  int64  `msgpack:"answeredAt,omitempty"`
	AnsweredFor string `msgpack:"answeredFor,omitempty"`
	// What the owner has done with the customer, to count it once.
	Held        bool `msgpack:"held,omitempty"`
	Consulted   bool `msgpack:"consulted,omitempty"`
	Conferenced bool `msgpack:"conferenced,omitempty"`
}

// Callback is a callback that was agreed and not made yet.
type Callback struct {
	Campaign string `msgpack:"campaign"`
	// Agent agreed it with the customer.
	Agent string `msgpack:"agent,omitempty"`
}

func (f *Fold) add(at int64, agent, campaign string, m Metric) {
	f.rows.of(key(at, agent, campaign))[m]++
}

// applyFact counts what no agent is told, or all are told differently.
func (f *Fold) applyFact(e *events.Event, at int64) {
	switch d := e.Data.(type) {
	case events.AgentDisconnectedData:
		f.change(d.AgentID, at)
	case events.AgentReconnectedData:
		f.change(d.AgentID, at)
	case events.Campaign:
		f.names[Name{ByCampaign, printable(e.Job)}] = true
	case events.CallbackData:
		f.setCallback(d.CallbackID, Callback{Campaign: e.Job, Agent: d.CreatedBy})
		if d.Replaces == "" {
			f.add(at, d.CreatedBy, e.Job, CallbacksScheduled)
		}
	case events.CallbackEndedData:
		if d.Reason == events.CallbackExpired {
			f.add(at, f.callbacks[d.CallbackID].Agent, e.Job, CallbacksExpired)
		}
		f.forgetCallback(d.CallbackID)
	case events.AddressData:
		f.add(at, e.Agent, f.campaignOf(e), DNCAdditions)
	case events.ContactDialedData:
		f.setCall(e.Session, &Call{Campaign: e.Job, Ringing: true})
		f.add(at, "", e.Job, Attempts)
	case events.ContactOfferedData:
		f.setCall(e.Session, &Call{Campaign: e.Job, Agent: d.AgentID})
	default:
		f.applyToCall(e, at)
	}
}

// campaignOf is the campaign of the call the event is about, or of its agent.
func (f *Fold) campaignOf(e *events.Event) string {
	if call := f.calls[e.Session]; call != nil {
		return call.Campaign
	}
	a, _ := f.agents.Agent(e.Agent)
	return a.CampaignName
}

// applyToCall passes over a call of whose beginning the feed holds nothing any
// more. What its agents did depends on the call as it was up to now; what they do
// from now on they are told in the same turn.
func (f *Fold) applyToCall(e *events.Event, at int64) {
	call := f.calls[e.Session]
	if call == nil {
		return
	}
	f.changed[Item{kindCall, e.Session}] = true
	f.settle(call.Agent, at)
	switch d := e.Data.(type) {
	case events.NumberDialedData:
		call.Ringing = true
		f.add(at, call.Agent, call.Campaign, Attempts)
		f.keepCallback(e.Session, at)
	case events.LegData: // CallAnswered
		call.Ringing, call.AnsweredAt, call.AnsweredFor = false, at, call.Agent
		f.add(at, call.Agent, call.Campaign, LiveAnswers)
	case events.CallConnectedData:
		call.Agent = d.AgentID
	case events.CallEndedData:
		f.countEnd(e.Session, call, d, at)
	case events.ConsultPartyData:
		f.settle(d.AgentID, at)
		f.countParty(call, e.Name, d, at)
	case events.DispositionData:
		f.countDisposition(e.Session, call, d, at)
	}
}

// countEnd counts how an attempt or a conversation ended. What turns out about an
// answer counts in its interval, so that no interval has more machines or
// abandoned customers than answers.
func (f *Fold) countEnd(session string, call *Call, d events.CallEndedData, at int64) {
	if call.Ringing {
		call.Ringing = false
		f.add(at, call.Agent, call.Campaign, outcome(d.Cause))
	}
	if call.AnsweredAt > 0 && (d.Machine || d.Abandoned) {
		answer := f.rows.of(key(call.AnsweredAt, call.AnsweredFor, call.Campaign))
		if d.Machine {
			answer[LiveAnswers]--
			answer[MachineAnswers]++
			call.AnsweredAt = 0 // a machine is nobody to have handled
		} else {
			answer[Abandoned]++
		}
	}
	if d.Answered && d.By == events.PartyAgent {
		f.add(at, call.Agent, call.Campaign, AgentHungUpFirst)
	}
	if call.Agent == "" {
		f.forgetCall(session)
	}
}

func outcome(cause events.Cause) Metric {
	switch cause {
	case events.CauseBusy:
		return Busy
	case events.CauseNoAnswer:
		return NoAnswer
	}
	return Failed
}

func (f *Fold) countParty(call *Call, fact string, d events.ConsultPartyData, at int64) {
	switch fact {
	case events.ConsultStarted:
		f.countOnce(&call.Consulted, call, Consulted, at)
	case events.ConferenceStarted:
		f.countOnce(&call.Conferenced, call, Conferenced, at)
	case events.CallTransferred, events.ConferenceOwnerChanged:
		f.add(at, call.Agent, call.Campaign, TransferredOut)
		if d.AgentID != "" {
			f.add(at, call.Agent, call.Campaign, ContactsHandled)
			f.add(at, d.AgentID, call.Campaign, TransferredIn)
			call.Agent, call.Held, call.Consulted, call.Conferenced = d.AgentID, false, false, false
		}
	}
}

func (f *Fold) countOnce(done *bool, call *Call, m Metric, at int64) {
	if !*done {
		*done = true
		f.add(at, call.Agent, call.Campaign, m)
	}
}

// countHold counts a contact its owner puts on hold. There is no fact for it.
func (f *Fold) countHold(e *events.Event) {
	d, told := e.Data.(events.CallStateData)
	call := f.calls[e.Session]
	if told && d.CallState == events.Held && call != nil && call.Agent == e.Agent {
		f.changed[Item{kindCall, e.Session}] = true
		f.countOnce(&call.Held, call, Held, milliseconds(e.At))
	}
}

func (f *Fold) countDisposition(session string, call *Call, d events.DispositionData, at int64) {
	code := Label{key(at, call.Agent, call.Campaign), label(d.CompletionCode.Code), label(d.CompletionCode.Name)}
	f.rows.Dispositions[code]++
	f.rows.of(code.Key) // without a row nobody would see it
	if call.AnsweredAt > 0 {
		f.add(at, call.Agent, call.Campaign, ContactsHandled)
	}
	f.forgetCall(session)
	f.forgetCallback(session)
}

// keepCallback: the first call of a session that is a callback keeps it.
func (f *Fold) keepCallback(session string, at int64) {
	if c, there := f.callbacks[session]; there {
		f.add(at, c.Agent, c.Campaign, CallbacksKept)
		f.forgetCallback(session)
	}
}

func (f *Fold) setCall(session string, call *Call) {
	f.calls[session] = call
	f.changed[Item{kindCall, session}] = true
}

func (f *Fold) forgetCall(session string) {
	delete(f.calls, session)
	f.changed[Item{kindCall, session}] = true
}

func (f *Fold) setCallback(id string, c Callback) {
	f.callbacks[id] = c
	f.changed[Item{kindCallback, id}] = true
}

func (f *Fold) forgetCallback(id string) {
	if _, there := f.callbacks[id]; there {
		delete(f.callbacks, id)
		f.changed[Item{kindCallback, id}] = true
	}
}
