package zone

import (
	"bytes"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/subject"
)

// blend publishes a command that a service sends for agent 1001.
func (r *rig) blend(id events.ID, ticket string) {
	r.t.Helper()
	body, err := events.EncodeInbound(events.Inbound{ID: id, Ticket: ticket, Data: events.SkillsParams{
		AgentSkills: []events.POMAgentSkill{{SkillName: "sales"}},
	}})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "1001", events.AGTSkillsChanged), body); err != nil {
		r.t.Fatal(err)
	}
}

// TestServices: who is believed is who shows a ticket of its own that is good,
// and the ticket itself goes no further than the inbox.
func TestServices(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	logonBody := r.logon("1001", events.ID{Conn: "desk", N: 1})
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "1001", events.AGTLogon), logonBody); err != nil {
		t.Fatal(err)
	}
	r.await("AGTLogonRESP")

	blender := events.ID{Conn: "blender"}
	own := logon.ActorClaims{
		Service: "blender", Commands: []string{events.AGTSkillsChanged}, Zone: name, Conn: blender.Public().Conn,
	}
	sign := func(key logon.Key, at time.Time, change func(*logon.ActorClaims)) string {
		c := own
		change(&c)
		ticket, err := logon.SignActor(key, c, at)
		if err != nil {
			t.Fatal(err)
		}
		return ticket
	}
	same := func(*logon.ActorClaims) {}
	now := time.Now()
	good := sign(r.key, now, same)
	agents, err := logon.Sign(r.key, logon.Claims{AgentID: "1001", Service: "blender", Zone: name, Conn: own.Conn}, now)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		what, ticket, actor string
		code                events.Code
	}{
		{"a stranger", "", "", events.AgentUnknown},
		{"good", good, "blender", events.Success},
		{"forged", sign(logon.NewKey(), now, same), "", events.AgentUnknown},
		{"changed", good[:len(good)-2] + "xx", "", events.AgentUnknown},
		{"expired", sign(r.key, now.Add(-2*time.Minute), same), "", events.AgentUnknown},
		{"stolen", sign(r.key, now, func(c *logon.ActorClaims) { c.Conn = events.ID{Conn: "other"}.Public().Conn }), "", events.AgentUnknown},
		{"of another zone", sign(r.key, now, func(c *logon.ActorClaims) { c.Zone = "night" }), "", events.AgentUnknown},
		{"for another command", sign(r.key, now, func(c *logon.ActorClaims) { c.Commands = []string{events.AGTNailupAgent} }), "", events.AgentUnknown},
		{"of an agent", agents, "", events.AgentUnknown},
		{"good again", good, "blender", events.Success},
	} {
		blender.N = uint64(i + 1)
		r.blend(blender, c.ticket)
		e := r.await("AGTSkillsChangedRESP")
		if got := e.Data.(events.ResultData).Result; got != c.code || e.Actor != c.actor || e.Cause != blender.Public().String() {
			t.Errorf("%s: result %d for %q, cause %s; want %d for %q", c.what, got, e.Actor, e.Cause, c.code, c.actor)
		}
	}
	r.blend(blender, good) // an ack was lost
	r.await("AGTSkillsChangedRESP")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	r.checkServices(good)
}

// checkServices checks that both commands with a good ticket were executed once,
// and that the ticket is nowhere in the log.
func (r *rig) checkServices(ticket string) {
	r.t.Helper()
	log := r.check()
	executed := 0
	for _, e := range log.Events {
		if e.Kind == events.KindCommand && e.Name == events.AGTSkillsChanged {
			executed++
			if e.Actor != "blender" {
				r.t.Errorf("%s is on record as of %q", e.Cause, e.Actor)
			}
		}
		body, err := events.Encode(&e)
		if err != nil {
			r.t.Fatal(err)
		}
		if bytes.Contains(body, []byte(ticket)) {
			r.t.Errorf("the ticket stands in %s", e.Name)
		}
	}
	if executed != 2 {
		r.t.Errorf("executed %d times, want 2", executed)
	}
}
