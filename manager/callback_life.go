package manager

import "github.com/deskbus/deskbus/events"

// The life of a callback: it waits for its time; its time is near, and it looks
// for an agent; an agent was told about it; it is that agent's call. On its way
// it may end, and an agent who cannot make it gives it back.

// timerDelay is how late a timer may fire. A callback may expire at the moment it
// is due, and is not to be missed by that.
const timerDelay = second

// endOfCallback says why a callback must not be made any more, "" when it may.
func (t *turn) endOfCallback(c *Callback) events.CallbackEndReason {
	switch {
	case t.s.Jobs[c.Job].Withdrawn:
		return events.CallbackWithdrawn
	case t.now > c.Expires+timerDelay:
		return events.CallbackExpired
	case !t.s.mayDial(c.ContactNumber):
		return events.CallbackForbidden
	}
	return ""
}

// callbackTimer takes the step the timer was set for: the time of the callback
// is near, or it has come and the agent is idle.
func (t *turn) callbackTimer(c *Callback) {
	if a := t.s.Agents[c.Agent]; a != nil {
		t.nextCallback(a)
		return
	}
	if reason := t.endOfCallback(c); reason != "" {
		t.endCallback(c, reason)
		return
	}
	t.jobFact(c.Job, events.CallbackDue, events.CallbackIDData{CallbackID: c.CallbackID})
}

func (t *turn) callbackExpired(c *Callback) {
	reason := t.endOfCallback(c)
	if reason == "" {
		reason = events.CallbackExpired
	}
	t.endCallback(c, reason)
}

// endCallback ends a callback nobody makes any more, and tells the agent who was
// told (L804).
func (t *turn) endCallback(c *Callback, reason events.CallbackEndReason) {
	a := t.s.Agents[c.Agent]
	t.jobFact(c.Job, events.CallbackEnded, events.CallbackEndedData{CallbackID: c.CallbackID, Reason: reason})
	if a != nil {
		t.untell(a, c)
		t.settleNotReady(a)
	}
}

// tellCallbacks finds an agent for each callback that looks for one (L794).
func (t *turn) tellCallbacks(j *Job) {
	for asleep := 0; t.dials < maxDials && asleep < len(j.Callbacks); {
		c := t.s.Callbacks[j.Callbacks[asleep]]
		if !t.callbackAwake(c) {
			asleep++
			continue
		}
		a := t.s.agentFor(c)
		if a == nil {
			if j.idle.live == 0 {
				t.awake(j) // those who wait elsewhere may come
			}
			return // and so for all others
		}
		t.tell(a, c)
		t.dials++
	}
}

// callbackAwake tells whether the calling window is open when a callback is due,
// or now when that is later. Otherwise the callback is looked at when it opens.
func (t *turn) callbackAwake(c *Callback) bool {
	due := max(t.now, c.Due)
	at, opens := t.opening(t.s.callbackZone(c), t.s.Jobs[c.Job], due)
	if opens && at > due {
		t.s.paceAt(c.Job, at)
	}
	return opens && at == due
}

// agentFor chooses who is told about a callback: the agent it is for (reading
// 37), or who has been idle longest, or who has been busy longest.
func (s *State) agentFor(c *Callback) *Agent {
	if a := s.Agents[c.AgentID]; a != nil && a.Job == c.Job && a.queue != nil && a.canBeTold() {
		return a
	}
	j := s.Jobs[c.Job]
	for _, queued := range j.idle.agents {
		if queued.agent != nil && queued.agent.canBeTold() {
			return queued.agent
		}
	}
	return j.busy.longest()
}

// promised counts the idle agents whose callback is due while a customer who is
// dialled now may still ring: that customer would find nobody.
func (t *turn) promised(j *Job) int {
	n := 0
	if j.Told == 0 {
		return n // as nearly always
	}
	until := t.now + int64(j.Campaign.RingTimeout)*second
	for _, queued := range j.idle.agents {
		if queued.agent == nil {
			continue
		}
		if c := t.s.Callbacks[queued.agent.PendingCallback]; c != nil && c.Due < until {
			n++
		}
	}
	return n
}

// tell tells the agent about a callback, for the first time or to a desktop that
// takes over.
func (t *turn) tell(a *Agent, c *Callback) { t.notifyCallback(a, c, events.AGTPreviewCallbackPending) }

// untell tells the agent that the callback is not for him any more.
func (t *turn) untell(a *Agent, c *Callback) {
	t.notifyCallback(a, c, events.AGTPreviewCallbackCancelled)
}

func (t *turn) notifyCallback(a *Agent, c *Callback, name string) {
	t.emit(events.Event{
		Kind: events.KindNotification, Name: name, Agent: a.ID, Session: c.CallbackID, Job: c.Job,
		Data: events.CallbackDueData{DueTime: events.FormatCallbackTime(c.Due), SessionID: c.CallbackID},
	})
}

// giveBackCallback lets another agent have the callback this one was told about.
func (t *turn) giveBackCallback(a *Agent) {
	if c := t.s.Callbacks[a.PendingCallback]; c != nil {
		t.untell(a, c)
		t.settleNotReady(a)
	}
}

// nextCallback gives an agent who has no call the callback he was told about,
// and returns false when there is none or it is not due yet.
func (t *turn) nextCallback(a *Agent) bool {
	c := t.s.Callbacks[a.PendingCallback]
	if c == nil || c.Due > t.now {
		return false
	}
	if reason := t.endOfCallback(c); reason != "" {
		t.endCallback(c, reason)
		return false
	}
	if !t.mayCall(t.s.callbackZone(c), t.s.Jobs[c.Job]) {
		t.giveBackCallback(a)
		return false
	}
	t.offer(a, c.Job, c.CallbackID, events.Callback, events.ContactOfferedData{
		ContactID: c.ContactID, AgentID: a.ID, ContactNumber: c.ContactNumber, List: c.List, Callback: true,
	})
	return true
}
