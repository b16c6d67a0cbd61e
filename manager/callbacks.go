package manager

import (
	"cmp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

const (
	// maxExpiry bounds how long after its time a callback may be tried, in
	// minutes: a year.
	maxExpiry = 366 * 24 * 60
	// maxDests is the greatest size in bytes of a list of destinations (L1807).
	maxDests = 16_000
	// destHeader is what the encoding of a destination adds to its texts at most.
	destHeader = 16
	// maxPromises bounds the callbacks to one contact: a desktop may go mad.
	maxPromises = 10
)

// getCallbackTypes decides AGTGetCallbackTypes (L1738), where a callback may be
// created.
func (t *turn) getCallbackTypes(a *Agent, c Command) {
	call := t.callbackCall(a, c.Data.(events.SessionParams).SessionID)
	if call == nil {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	campaign := t.s.Jobs[call.Job].Campaign
	t.respond(a, c.Name, events.CallbackTypesResult{
		CallbackTypes: campaign.CallbackTypes, DefaultExpiryTime: strconv.Itoa(campaign.CallbackExpiry), SessionID: call.Session,
	})
}

// callbackCall returns the call during which the agent may create a callback:
// where the matrix has CreateCallback.
func (t *turn) callbackCall(a *Agent, session string) *Call {
	if !t.s.CapabilitiesOf(a).CanCreateCallback {
		return nil
	}
	return t.callOf(a, session)
}

// getCallbackDests decides AGTGetCallbackDestsForType (L1789). A list that is
// too long says that it is truncated (reading 34).
func (t *turn) getCallbackDests(a *Agent, c Command) {
	p := c.Data.(events.CallbackDestsParams)
	call := t.callbackCall(a, p.SessionID)
	if call == nil {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	if !slices.Contains(t.s.Jobs[call.Job].Campaign.CallbackTypes, p.CallbackType) {
		t.refuse(a, c, events.CallbackDestsInvalidType)
		return
	}
	if p.ZoneName != "" && p.ZoneName != t.s.Zone {
		t.refuse(a, c, events.ContactZoneUnknown)
		return
	}
	dests := t.s.callbackDests(call.Job, p.CallbackType)
	if len(dests) == 0 && p.CallbackType != events.CallbackAgent {
		t.refuse(a, c, events.NoCampaigns)
		return
	}
	fitting := fitDests(dests)
	t.respond(a, c.Name, events.CallbackDestsResult{
		CallbackType: p.CallbackType, CallbackDests: dests[:fitting], Truncated: fitting < len(dests), SessionID: call.Session,
	})
}

// callbackDests lists where a callback of a call of the campaign may go, sorted
// by id.
func (s *State) callbackDests(job string, callbackType events.POMCallbackType) []events.POMCallbackDest {
	var dests []events.POMCallbackDest
	if callbackType == events.CallbackAgent {
		for _, a := range s.Agents {
			if a.LoggedOn && a.hasSkill(s.Jobs[job].Campaign.Skill) {
				dests = append(dests, events.POMCallbackDest{ID: a.ID, Name: a.Logon.AgentName})
			}
		}
		slices.SortFunc(dests, func(a, b events.POMCallbackDest) int { return cmp.Compare(a.ID, b.ID) })
		return dests
	}
	for _, name := range s.jobNames {
		if !s.Jobs[name].Withdrawn && (callbackType == events.CallbackCampaign || name == job) {
			dests = append(dests, events.POMCallbackDest{ID: name, Name: name})
		}
	}
	return dests
}

// fitDests returns how many of the destinations fit into a response.
func fitDests(dests []events.POMCallbackDest) int {
	size := 0
	for i, d := range dests {
		if size += len(d.ID) + len(d.Name) + destHeader; size > maxDests {
			return i
		}
	}
	return len(dests)
}

// createCallback decides AGTCreateCallback (L1833). Done again in the same call it
// gives the callback another time (L796).
func (t *turn) createCallback(a *Agent, c Command) {
	p := c.Data.(events.CreateCallbackParams)
	call := t.callbackCall(a, p.SessionID)
	if call == nil {
		t.refuse(a, c, events.CallbackNotInCall)
		return
	}
	job, code := t.callbackJob(call, p)
	if code != events.Success {
		t.refuse(a, c, code)
		return
	}
	callback, code := t.newCallback(a, call, p)
	if code != events.Success {
		t.refuse(a, c, code)
		return
	}
	former := t.s.agreedBefore(callback, job)
	if former == nil && len(t.s.contactOf(call).promises) >= maxPromises {
		t.refuse(a, c, events.RequestFailed)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	if former != nil {
		t.endCallback(former, events.CallbackRescheduled)
		callback.Replaces = former.CallbackID
	}
	callback.CallbackID = t.newID()
	t.jobFact(job, events.CallbackCreated, callback)
	if p.AgentNotes != "" {
		t.callFact(call, events.AgentNoteAdded, events.NoteAddedData{ContactID: call.ContactID, AgentNote: p.AgentNotes})
	}
}

// agreedBefore returns the callback that waits since earlier in the same call, for
// the same campaign to call the same number; nil for none.
func (s *State) agreedBefore(d events.CallbackData, job string) *Callback {
	for _, c := range s.Jobs[d.List].Contacts[d.ContactID].promises {
		waits := s.Callbacks[c.CallbackID] == c
		if waits && c.AgreedIn == d.AgreedIn && c.Job == job && sameNumber(c.ContactNumber, d.ContactNumber) {
			return c
		}
	}
	return nil
}

// callbackJob returns the campaign whose agents call back. 485 is a type that
// does not exist, 481 one that the campaign does not allow (reading 32).
func (t *turn) callbackJob(call *Call, p events.CreateCallbackParams) (string, events.Code) {
	types := []events.POMCallbackType{events.CallbackStandard, events.CallbackAgent, events.CallbackCampaign}
	if !slices.Contains(types, p.CallbackType) {
		return "", events.CallbackTypeUnknown
	}
	if !slices.Contains(t.s.Jobs[call.Job].Campaign.CallbackTypes, p.CallbackType) {
		return "", events.CallbackTypeInvalid
	}
	job, dest := call.Job, p.CallbackDest.ID
	found := true
	switch p.CallbackType {
	case events.CallbackStandard:
		found = dest == "" || dest == job
	case events.CallbackAgent:
		found = t.s.Agents[dest] != nil
	case events.CallbackCampaign:
		job, found = dest, t.s.Jobs[dest] != nil
	}
	switch {
	case !found:
		return "", events.CallbackDestNotFound
	case t.s.Jobs[job].Withdrawn:
		return "", events.CallbackNoCampaign
	}
	return job, events.Success
}

// newCallback makes a callback of the parameters. Without an expiry time it is
// the campaign's, without a time zone the contact's. A time zone nobody knows
// and a number that must not be dialled have no code of their own.
func (t *turn) newCallback(a *Agent, call *Call, p events.CreateCallbackParams) (events.CallbackData, events.Code) {
	var none events.CallbackData
	due, valid := events.ParseCallbackTime(p.CallbackTime)
	switch {
	case !valid:
		return none, events.CallbackTimeFormat
	case due < t.now:
		return none, events.CallbackTimePast
	}
	minutes, valid := t.callbackExpiry(call, p.CallbackExpiryTime)
	if !valid {
		return none, events.CallbackExpiryInvalid
	}
	number, valid := t.s.chosenNumber(call, p.ContactNumber)
	switch {
	case !valid || !t.knowsTimeZone(call, p.CallbackTimezone):
		return none, events.InvalidData
	case len(p.AgentNotes) > maxNote || !utf8.ValidString(p.AgentNotes):
		return none, events.NoteInvalid
	}
	callback := events.CallbackData{
		CallbackType: p.CallbackType, ContactID: call.ContactID, ContactNumber: number, List: call.List,
		Due: due, Expires: due + int64(minutes)*60*second, TimeZone: p.CallbackTimezone, CreatedBy: a.ID,
		AgreedIn: call.Session,
	}
	if p.CallbackType == events.CallbackAgent {
		callback.AgentID = p.CallbackDest.ID
	}
	return callback, events.Success
}

// callbackExpiry reads the expiry time, in minutes.
func (t *turn) callbackExpiry(call *Call, text string) (int, bool) {
	if text == "" {
		return t.s.Jobs[call.Job].Campaign.CallbackExpiry, true
	}
	minutes, err := strconv.Atoi(text)
	return minutes, err == nil && minutes >= 0 && minutes <= maxExpiry
}

// knowsTimeZone tells whether a callback may be given in a time zone: one that
// AGTGetTimezones lists, or the contact's own.
func (t *turn) knowsTimeZone(call *Call, zone string) bool {
	return zone == "" || zone == t.detailsOf(call).TimeZone ||
		slices.ContainsFunc(events.Timezones(), func(known events.POMKeyValuePair) bool { return known.Key == zone })
}
