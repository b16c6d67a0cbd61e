package audit

import (
	"context"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// readSession reads one call with everybody in it: the facts about it, what the
// agents who had a part in it were told and sent, the traffic with the switch
// about its lines, and, for a callback, what was before the call.
func (g *gathering) readSession(ctx context.Context) error {
	g.calls[g.query.Session] = true
	if err := g.readParts(ctx, g.query, []string{subject.Call(g.log.Zone, g.query.Session)}, never); err != nil {
		return err
	}
	life := g.life()
	if life.callback || life.first == 0 {
		if err := g.readCallback(ctx); err != nil {
			return err
		}
	}
	if life.first == 0 {
		return nil // no call yet, or one that has aged out
	}
	var own []string
	for agent := range g.parties() {
		own = append(own, subject.Agent(g.log.Zone, agent))
	}
	q := g.query
	q.From, q.To = Moment{ZN: life.first}, Moment{}
	if err := g.readParts(ctx, q, own, life.past); err != nil {
		return err
	}
	if err := g.readLines(ctx, q, life); err != nil {
		return err
	}
	g.keepCall()
	return nil
}

// life is from the first turn of a call to its last event; last is 0 while the call
// goes on.
type life struct {
	first, last, lastTurn uint64
	// callback: it was promised before it was a call.
	callback bool
}

func (g *gathering) life() (l life) {
	for zn, r := range g.found {
		if turn := zn - uint64(r.Event.Index); l.first == 0 || turn < l.first {
			l.first = turn
		}
		if ends(&r.Event) && zn > l.last {
			l.last, l.lastTurn = zn, r.Event.Turn
		}
		l.callback = l.callback || r.Event.Name == events.ContactOffered && r.Data()["callback"] == true
	}
	return l
}

// past tells whether an event comes after the last turn of the call.
func (l life) past(e *events.Event) bool { return l.last != 0 && e.ZN > l.last && e.Turn != l.lastTurn }

// ends tells whether a session is over with this fact: it has its disposition, or
// ended before an agent had it.
func ends(e *events.Event) bool {
	return e.Name == events.Disposition || e.Name == events.CallEnded && e.Agent == ""
}

// readCallback reads what is said of a callback before it is a call.
func (g *gathering) readCallback(ctx context.Context) error {
	return inParallel(parallelParts, callbackFacts(g.log.Zone), func(part string) error {
		return g.readSifted(ctx, g.query, part, func(r *Record) (keep, more bool) {
			return r.Err != nil || r.session() == g.query.Session, true
		})
	})
}

// parties are the agents who had a part in the call.
func (g *gathering) parties() map[string]bool {
	all := map[string]bool{}
	for _, r := range g.found {
		if r.Event.Agent != "" {
			all[r.Event.Agent] = true
		}
		data := r.Data()
		if id, isAgent := data["agentID"].(string); isAgent && id != "" {
			all[id] = true
		}
		if asked, ok := data["destination"].(map[string]any); ok {
			if id, isAgent := asked["id"].(string); isAgent && id != "" {
				all[id] = true
			}
		}
	}
	return all
}

// readLines reads the traffic with the switch about the call, until the last of
// its lines has ended: two parties may speak on after the agent has left them.
func (g *gathering) readLines(ctx context.Context, q Query, l life) error {
	up := map[any]bool{}
	return g.readSifted(ctx, q, subject.Switches(g.log.Zone), func(r *Record) (keep, more bool) {
		e := &r.Event
		if r.Err != nil || e.Session != q.Session {
			return r.Err != nil, !l.past(e) || len(up) > 0
		}
		switch leg := r.Data()["legID"]; e.Name {
		case events.Originate:
			up[leg] = true
		case events.Failed, events.Cleared:
			delete(up, leg)
		}
		return true, true
	})
}

// keepCall drops what the parties did beside the call. What they were told later
// in a turn of the call, without naming one, is about its end.
func (g *gathering) keepCall() {
	begins := map[uint64]uint64{} // the first event of the call in each turn
	for zn, r := range g.found {
		if r.session() != g.query.Session {
			continue
		}
		if first, known := begins[r.Event.Turn]; !known || zn < first {
			begins[r.Event.Turn] = zn
		}
	}
	for zn, r := range g.found {
		e := &r.Event
		first, inTurn := begins[e.Turn]
		switch {
		case r.session() == g.query.Session:
		case e.Kind == events.KindNotification && e.Session == "" && inTurn && zn > first:
			g.also[zn] = true
		default:
			delete(g.found, zn)
		}
	}
}
