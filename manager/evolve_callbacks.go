package manager

import (
	"fmt"
	"slices"
	"sort"

	"github.com/deskbus/deskbus/events"
)

// Callback is a callback that has no call yet. Then it is part of the call.
type Callback struct {
	events.CallbackData
	// Job is the campaign whose agents call back.
	Job string
	// Near: its time is near. It has an agent, or looks for one.
	Near bool
	// Agent was told about it; empty for nobody.
	Agent string
}

// canBeTold tells whether the agent can be told about a callback now: one at a
// time, and none who wants to be not ready.
func (a *Agent) canBeTold() bool {
	return a.takesWork() && a.AgentState == events.Ready && a.NailupStatus == events.NailedUp && a.PendingCallback == ""
}

func (s *State) evolveCallback(e *events.Event) error {
	switch d := e.Data.(type) {
	case events.CallbackData:
		list := s.Jobs[d.List]
		if list == nil || list.Contacts[d.ContactID] == nil || s.Callbacks[d.CallbackID] != nil {
			return fmt.Errorf("manager: event %s: callback %q cannot be created", e.ID(), d.CallbackID)
		}
		c := &Callback{CallbackData: d, Job: e.Job}
		s.Callbacks[d.CallbackID] = c
		s.promise(c)
		if call := s.Calls[d.AgreedIn]; call != nil {
			call.Agreed = true
		}
		s.armCallback(c)
	case events.CallbackIDData: // CallbackDue
		c := s.Callbacks[d.CallbackID]
		if c == nil || c.Near {
			return fmt.Errorf("manager: event %s: callback %q cannot be due", e.ID(), d.CallbackID)
		}
		c.Near = true
		s.clearTimer(timerCallback, c.CallbackID)
		s.queueCallback(c)
		s.armCallback(c)
	case events.CallbackEndedData:
		c := s.Callbacks[d.CallbackID]
		if c == nil {
			return fmt.Errorf("manager: event %s: there is no callback %q", e.ID(), d.CallbackID)
		}
		s.takeCallback(c)
		s.release(c)
	}
	return nil
}

// promise notes with the contact that a callback was agreed.
func (s *State) promise(c *Callback) {
	contact := s.Jobs[c.List].Contacts[c.ContactID]
	contact.promises = append(contact.promises, c)
}

// release forgets a callback that was made, or will not be.
func (s *State) release(c *Callback) {
	contact := s.Jobs[c.List].Contacts[c.ContactID]
	contact.promises = slices.DeleteFunc(contact.promises, func(other *Callback) bool { return other == c })
}

// armCallbacks sets the timers again after the configuration has changed.
func (s *State) armCallbacks() {
	for _, c := range s.Callbacks {
		s.armCallback(c)
	}
}

// armCallback sets the timer at which the callback ends, or its time is near.
// The callbacks of a withdrawn campaign end now, each in a turn of its own.
func (s *State) armCallback(c *Callback) {
	switch {
	case s.Jobs[c.Job].Withdrawn:
		s.clearTimer(timerCallback, c.CallbackID)
		s.setTimer(timerExpiry, c.CallbackID, s.At)
	case c.Near:
		s.setTimer(timerExpiry, c.CallbackID, c.Expires)
		if a := s.Agents[c.Agent]; a != nil {
			s.armOffer(a)
		}
	default:
		s.clearTimer(timerExpiry, c.CallbackID)
		s.setTimer(timerCallback, c.CallbackID, c.Due-int64(s.Settings.CallbackNotice)*second)
	}
}

// armOffer sets the timer at which an idle agent gets the callback he was told
// about. Who is busy gets it after the call. As long as a customer may be ringing
// for the agent, a late callback can wait a moment more.
func (s *State) armOffer(a *Agent) {
	c := s.Callbacks[a.PendingCallback]
	if c == nil {
		return
	}
	if a.CallState != events.Idle {
		s.clearTimer(timerCallback, c.CallbackID)
		return
	}
	if s.hasTimer(timerCallback, c.CallbackID) {
		return
	}
	at := max(s.At, c.Due)
	if j := s.Jobs[c.Job]; j.Dialing > 0 && j.Dialing >= j.idle.live {
		at = max(at, min(c.Expires, s.At+int64(j.Campaign.RingTimeout)*second))
	}
	s.setTimer(timerCallback, c.CallbackID, at)
}

// evolveTold folds what an agent is told about a callback.
func (s *State) evolveTold(a *Agent, name, callbackID string) {
	c := s.Callbacks[callbackID]
	switch {
	case name == events.AGTPreviewCallbackCancelled && a.PendingCallback == callbackID:
		s.returnCallback(a)
	case name == events.AGTPreviewCallbackPending && c != nil && c.Agent == "":
		s.unqueueCallback(c)
		s.Jobs[c.Job].Told++
		c.Agent, a.PendingCallback = a.ID, callbackID
	}
}

// returnCallback lets the callback an agent was told about look for another one.
func (s *State) returnCallback(a *Agent) {
	c := s.Callbacks[a.PendingCallback]
	if c == nil {
		return
	}
	s.clearTimer(timerCallback, c.CallbackID)
	s.Jobs[c.Job].Told--
	c.Agent, a.PendingCallback = "", ""
	s.queueCallback(c)
}

// queueCallback lets a callback look for an agent, the one due first first.
func (s *State) queueCallback(c *Callback) {
	j := s.Jobs[c.Job]
	i := sort.Search(len(j.Callbacks), func(i int) bool { return s.Callbacks[j.Callbacks[i]].Due > c.Due })
	j.Callbacks = slices.Insert(j.Callbacks, i, c.CallbackID)
	s.unpace(c.Job)
}

func (s *State) unqueueCallback(c *Callback) {
	j := s.Jobs[c.Job]
	if i := slices.Index(j.Callbacks, c.CallbackID); i >= 0 {
		j.Callbacks = slices.Delete(j.Callbacks, i, i+1)
	}
}

// takeCallback takes a callback from where it is: it has a call now, or it has
// ended.
func (s *State) takeCallback(c *Callback) {
	delete(s.Callbacks, c.CallbackID)
	s.clearTimer(timerCallback, c.CallbackID)
	s.clearTimer(timerExpiry, c.CallbackID)
	if a := s.Agents[c.Agent]; a != nil {
		s.Jobs[c.Job].Told--
		a.PendingCallback = ""
		s.reindex(a)
	} else {
		s.unqueueCallback(c)
	}
	s.unpace(c.Job)
}

// evolveOffered gives a contact to an agent who decides on it. What is offered
// comes off the queue, or is the callback the agent was told about.
func (s *State) evolveOffered(e *events.Event) error {
	d := e.Data.(events.ContactOfferedData)
	j, list := s.Jobs[e.Job], s.Jobs[d.List]
	if j == nil || list == nil || list.Contacts[d.ContactID] == nil || s.Agents[d.AgentID] == nil {
		return fmt.Errorf("manager: event %s: there is no such campaign, contact or agent", e.ID())
	}
	c := &Call{
		Session: e.Session, Job: e.Job, List: d.List, ContactID: d.ContactID, Number: d.ContactNumber, Agent: d.AgentID,
		Since: e.At,
	}
	previewTime := j.Campaign.PreviewTime
	switch {
	case d.Callback:
		if c.Callback = s.Callbacks[e.Session]; c.Callback == nil {
			return fmt.Errorf("manager: event %s: there is no callback %q", e.ID(), e.Session)
		}
		s.takeCallback(c.Callback)
		previewTime = s.Settings.CallbackPreview
	case !j.takeNext(d.ContactID):
		return notNext(e, d.ContactID)
	default:
		list.Contacts[d.ContactID].Attempts++
	}
	j.Open++
	s.Calls[e.Session] = c
	if previewTime > 0 || d.Callback {
		s.setTimer(timerPreview, e.Session, e.At+int64(previewTime)*second+previewGrace)
	}
	return nil
}
