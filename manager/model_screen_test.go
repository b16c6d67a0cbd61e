package manager

import (
	"reflect"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/desktop"
)

// readScreen gives an event to the desktops it is for, as a replay does.
func (r *reader) readScreen(t tester, e *events.Event) {
	t.Helper()
	id := e.Agent
	switch d := e.Data.(type) {
	case events.AgentDisconnectedData:
		id = d.AgentID
	case events.AgentReconnectedData:
		id = d.AgentID
	default:
		if e.Kind == events.KindFact || e.Kind == events.KindSwitch {
			return
		}
	}
	if r.desktops[id] == nil {
		r.desktops[id] = &desktop.Fold{}
	}
	if err := r.desktops[id].Apply(e); err != nil {
		t.Errorf("the screen of %s: %v", id, err)
	}
}

// checkScreen: what a desktop was told is what the zone knows of the agent, who
// is logged on.
func (r *reader) checkScreen(t tester, s *State, a *Agent, status events.AgentStatus) {
	t.Helper()
	v, _ := r.desktops[a.ID].View()
	if !reflect.DeepEqual(v.Agent, status) {
		t.Errorf("the screen of %s: %+v, the status service says %+v", a.ID, v.Agent, status)
	}
	c := s.Calls[a.Session]
	switch {
	case (v.Contact != nil) != (c != nil), c != nil && v.Contact.ContactID != c.ContactID:
		t.Errorf("the screen of %s, who is %s in %q, shows contact %+v", a.ID, a.CallState, a.Session, v.Contact)
	case v.Details != nil && v.Details.ContactID != c.ContactID:
		t.Errorf("the screen of %s shows the details of %s, the contact is %s", a.ID, v.Details.ContactID, c.ContactID)
	case v.Consult != nil && (c == nil || c.Consult == nil || c.Agent != a.ID):
		t.Errorf("the screen of %s, who is %s, shows a consult with %+v: %+v", a.ID, a.CallState, v.Consult, c)
	case v.ConsultedBy != "" && (c == nil || c.Consult == nil || c.Consult.Agent != a.ID || c.Agent != v.ConsultedBy):
		t.Errorf("the screen of %s, who is %s, shows a consult for %s: %+v", a.ID, a.CallState, v.ConsultedBy, c)
	case len(v.Unanswered) > 0:
		t.Errorf("the screen of %s waits for the answer to %+v", a.ID, v.Unanswered)
	}
	checkWaiting(t, a, v)
	checkClocks(t, s, a, v)
}

func checkWaiting(t tester, a *Agent, v desktop.View) {
	t.Helper()
	var consults []string
	for _, p := range v.PendingConsults {
		consults = append(consults, p.SessionID)
	}
	if !reflect.DeepEqual(consults, append([]string(nil), a.PendingConsults...)) {
		t.Errorf("the screen of %s shows the consults %v, %v wait", a.ID, consults, a.PendingConsults)
	}
	if (v.PendingCallback != nil) != (a.PendingCallback != "") || v.PendingCallback != nil && v.PendingCallback.SessionID != a.PendingCallback {
		t.Errorf("the screen of %s shows the callback %+v, %q waits", a.ID, v.PendingCallback, a.PendingCallback)
	}
}

// checkClocks compares the times a screen shows with the timers of the zone. What
// is said again is said in whole seconds, one at least.
func checkClocks(t tester, s *State, a *Agent, v desktop.View) {
	t.Helper()
	if (v.Wrapup != nil) != (a.CallState == events.Wrapup) {
		t.Errorf("the screen of %s, who is %s, shows the wrap-up %+v", a.ID, a.CallState, v.Wrapup)
	}
	preview := a.CallState == events.Preview || a.CallState == events.Callback
	if v.PreviewEnds != 0 && !preview {
		t.Errorf("the screen of %s, who is %s, shows the end of a preview", a.ID, a.CallState)
	}
	for _, clock := range []struct {
		kind  string
		shown int64
		grace int64
		on    bool
	}{
		{timerWrapup, v.WrapupEnds, wrapupGrace, a.CallState == events.Wrapup},
		{timerPreview, v.PreviewEnds, previewGrace, preview},
	} {
		due, set := s.Timers[timerOf(clock.kind, a.Session)]
		if !clock.on || !set || clock.shown == 0 {
			continue
		}
		end := due - clock.grace
		if clock.shown < end || clock.shown > max(end, v.At)+second {
			t.Errorf("the %s of %s ends in %d µs, the screen says in %d", clock.kind, a.ID, end-s.At, clock.shown-s.At)
		}
	}
	// One that is told again when it is over is over at once.
	if a.DownEnd != 0 && (v.ZoneDownAt < a.DownEnd-1000 || v.ZoneDownAt > max(a.DownEnd, s.At)) {
		t.Errorf("the zone of %s goes down at %d, the screen says at %d", a.ID, a.DownEnd, v.ZoneDownAt)
	}
}
