package manager

import "github.com/deskbus/deskbus/events"

// logonWait is how long a logon waits for a sign of life of the desktop that has
// the agent. One that lives answers GetAgentStatus at once, and an agent whose
// desktop has died may have a customer on the line.
const logonWait = 2 * second

// heldUp is how late a leader may come to the end of a wait. One that was held up
// longer may have told the question late, or not read the answer yet: it asks
// again.
const heldUp = second / 2

// WaitingLogon is a logon without force while another desktop has the session,
// which was saved for the death of that desktop. It is decided when that one has
// shown a sign of life, or has not in time (reading 2).
type WaitingLogon struct {
	ID       events.ID
	Logon    events.LogonParams
	Deadline int64
	// Newest is the newest command of the same connector session, which was
	// refused meanwhile.
	Newest uint64
	// Contested: a desktop has the agent and lives, the one that was asked or one
	// that came by force.
	Contested bool
}

// mustWait tells whether a command is a logon that has to wait.
func (t *turn) mustWait(a *Agent, c Command) bool {
	p, isLogon := c.Data.(events.LogonParams)
	return isLogon && !p.IsForce && a.SavedForHA && a.Waiting == nil && a.withAnother(c) && !t.late(c) &&
		t.logonRefusal(a, p) == events.Success
}

// wait asks the desktop that has the agent whether it is there. That of the
// logon is not logged on and does not take it for its own question.
func (t *turn) wait(a *Agent, c Command) {
	t.zoneFact(events.LogonWaits, events.LogonWaitsData{
		AgentID: a.ID, Logon: c.Data.(events.LogonParams), Deadline: c.Deadline,
	})
	t.notify(a, events.GetAgentStatus, events.AgentIDData{AgentID: a.ID})
}

// logonDue decides a logon that has waited, in a turn of its own: what happens
// now is because of the logon and not because of the timer.
func (t *turn) logonDue(a *Agent) {
	w := a.Waiting
	t.cause = w.ID.String()
	c := Command{Agent: a.ID, Name: events.AGTLogon, ID: w.ID, Deadline: w.Deadline, Data: w.Logon}
	if at, _ := t.s.deadline(timerOf(timerLogon, a.ID)); t.now-at > heldUp && a.mayAnswer() && !t.late(c) {
		t.notify(a, events.GetAgentStatus, events.AgentIDData{AgentID: a.ID})
		return
	}
	t.decide(a, c)
}

// mayAnswer tells whether it is open if the desktop lives that has the agent a
// logon waits for.
func (a *Agent) mayAnswer() bool { return a.LoggedOn && !a.Disconnected && !a.Waiting.Contested }

// logon decides AGTLogon (L990). The verdict on the password came with the
// input. A desktop that takes the session over is told what its former desktop
// may have missed, and what is so now.
func (t *turn) logon(a *Agent, c Command) {
	p := c.Data.(events.LogonParams)
	code := t.logonRefusal(a, p)
	if code == events.Success && !p.IsForce && a.withAnother(c) {
		code = events.AgentAlreadyLoggedIn
	}
	if code != events.Success {
		t.respond(a, c.Name, events.LogonResult{Result: code})
		return
	}
	if a.LoggedOn && !p.IsForce {
		t.respond(a, c.Name, events.LogonResult{MissedFrom: a.UnheardFrom, Missed: a.Unheard})
		t.restate(a)
		return
	}
	if a.LoggedOn {
		t.endSession(a, events.ReasonForcedLogon)
	}
	t.respond(a, c.Name, events.LogonResult{})
	t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.NotReady})
	t.notify(a, events.AGTNailupChange, events.NailupData{NailupStatus: events.NotNailedUp})
	t.callState(a, events.NoState)
}

// withAnother tells whether a desktop that is not known to be gone has the agent,
// and not the sender of the logon.
func (a *Agent) withAnother(c Command) bool {
	if !a.LoggedOn || a.Disconnected {
		return false
	}
	if w := a.Waiting; w != nil && w.ID == c.ID {
		return w.Contested
	}
	return a.Conn != c.ID.Conn
}

// logonRefusal says what is wrong with a logon, whoever has the agent.
func (t *turn) logonRefusal(a *Agent, p events.LogonParams) events.Code {
	switch {
	case p.ZoneName != t.s.Zone:
		return events.ZoneNotFound
	case p.Verdict != events.Success:
		return p.Verdict
	case p.Locale == nil:
		return events.InvalidLocale
	case p.AgentExt == "", len(p.AgentExt) > maxName:
		return events.InvalidExtension
	case p.TimeZone == nil:
		return events.InvalidTimezone
	case t.s.Settings.Down && (!a.LoggedOn || p.IsForce):
		// Who has a session may come back to finish; nobody begins a new one.
		return events.SystemNotAvailable
	}
	return events.Success
}
