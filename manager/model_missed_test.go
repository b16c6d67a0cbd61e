package manager

import "github.com/deskbus/deskbus/events"

// readMissed: a desktop that takes a session over is told where the notifications
// begin that its former desktop may not have heard, and how many they are. It is
// called before the reader takes the event otherwise.
func (r *reader) readMissed(t tester, e *events.Event) {
	t.Helper()
	a := r.agent(e.Agent)
	switch e.Kind {
	case events.KindNotification:
		id, _ := events.ParseID(e.Cause)
		if e.Name == events.AGTAgentLoggedOut || e.Name == events.AGTInvalidCommandName && id.Conn == a.conn {
			a.unheard = nil
		} else if e.Name != events.GetAgentStatus && a.loggedOn && e.Turn != a.logonTurn {
			a.unheard = append(a.unheard, e.ZN)
		}
	case events.KindResponse:
		id, err := events.ParseID(e.Cause)
		granted := e.Name == events.RESP(events.AGTLogon) && resultOf(e.Data) == events.Success
		switch {
		case err != nil:
		case granted && !a.answered[e.Cause]:
			a.conn, a.logonTurn = id.Conn, e.Turn
			checkMissed(t, e, a.unheard)
		case id.Conn == a.conn && e.Name != events.RESP(events.AGTLogon) && e.Name != events.RESP(events.AGTAgentDisconnected):
			a.unheard = nil
		}
	}
}

func checkMissed(t tester, e *events.Event, unheard []uint64) {
	t.Helper()
	want := events.LogonResult{Missed: len(unheard)}
	if len(unheard) > 0 {
		want.MissedFrom = unheard[0]
	}
	if e.Data != any(want) {
		t.Errorf("%s is told %+v, has missed %v", e.Agent, e.Data, unheard)
	}
}
