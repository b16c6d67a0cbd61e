package logon

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/service"
)

var blender = ActorClaims{
	Service: "blender", Commands: []string{events.AGTBlendToInbound, events.AGTNailupAgent}, Zone: "main", Conn: "desk-1",
}

func signActor(t testing.TB, key Key, c ActorClaims) string {
	t.Helper()
	ticket, err := SignActor(key, c, noon)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func TestVerifyActor(t *testing.T) {
	key := NewKey()
	ticket := signActor(t, key, blender)
	for _, c := range []struct {
		name       string
		key        Key
		ticket     string
		now        time.Time
		zone, conn string
		err        error
	}{
		{"good", key, ticket, noon, "main", "desk-1", nil},
		{"good to the last", key, ticket, noon.Add(time.Minute - time.Microsecond), "main", "desk-1", nil},
		{"expired", key, ticket, noon.Add(time.Minute), "main", "desk-1", ErrExpired},
		{"other zone", key, ticket, noon, "night", "desk-1", ErrForeign},
		{"stolen by another connector", key, ticket, noon, "main", "desk-2", ErrForeign},
		{
			"not its command", key, signActor(t, key, ActorClaims{
				Service: "blender", Commands: []string{events.AGTLogon, events.AGTBlendToInbound}, Zone: "main", Conn: "desk-1",
			}), noon, "main", "desk-1", ErrForeign,
		},
		{"other key", NewKey(), ticket, noon, "main", "desk-1", ErrForged},
		{"no ticket", key, "", noon, "main", "desk-1", ErrForged},
		{"cut", key, ticket[:len(ticket)-1], noon, "main", "desk-1", ErrForged},
		{"nobody's", key, signActor(t, key, ActorClaims{Zone: "main", Conn: "desk-1"}), noon, "main", "desk-1", ErrForged},
		{"an agent's ticket", key, sign(t, key, ada), noon, "main", "desk-1", ErrForged},
		{
			"an agent's ticket that a service vouched for", key,
			sign(t, key, Claims{AgentID: "1001", Service: "blender", Zone: "main", Conn: "desk-1"}), noon, "main", "desk-1", ErrForged,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			service, err := VerifyActor(c.key, c.ticket, c.now, c.zone, c.conn, events.AGTNailupAgent)
			if !errors.Is(err, c.err) || (service == "blender") != (err == nil) || err != nil && service != "" {
				t.Errorf("service %q, error %v, want error %v", service, err, c.err)
			}
		})
	}
}

// A service's own ticket logs nobody on, not even an agent without an id.
func TestActorTicketLogsNobodyOn(t *testing.T) {
	key := NewKey()
	if _, err := Verify(key, signActor(t, key, blender), noon, "", "main", "desk-1"); !errors.Is(err, ErrForged) {
		t.Errorf("error %v, want %v", err, ErrForged)
	}
}

// What a service vouches for stands, and not what the command says.
func TestResolveVouched(t *testing.T) {
	key := NewKey()
	vouched := ada
	vouched.Service = "aaad"
	locale := "en"
	in := events.LogonParams{
		AgentExt: "1", Locale: &locale, ZoneName: "main", Ticket: sign(t, key, vouched), AgentName: "Eve",
		AgentSkills: []events.POMAgentSkill{{SkillName: "everything"}}, Service: "root",
	}
	want := events.LogonParams{
		AgentExt: "1", Locale: &locale, ZoneName: "main", AgentName: "Ada Osei", AgentSkills: skills, Service: "aaad",
	}
	if diff := cmp.Diff(want, Resolve(key, in, "1001", "main", "desk-1", noon)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// Without a name the skills of the command make up for nothing.
	vouched.Name, vouched.Skills, vouched.Verdict = "", nil, events.SkillsNotFound
	in.Ticket = sign(t, key, vouched)
	if got := Resolve(key, in, "1001", "main", "desk-1", noon); got.Verdict != events.SkillsNotFound || len(got.AgentSkills) > 0 {
		t.Errorf("resolved to %+v", got)
	}
	// Whose ticket is not good has no service behind it, whatever the command says.
	in.Ticket = "x"
	if got := Resolve(key, in, "1001", "main", "desk-1", noon); got.Verdict != events.PasswordNotVerified || got.Service != "" {
		t.Errorf("resolved to %+v", got)
	}
	in.Ticket = sign(t, key, ada)
	if got := Resolve(key, in, "1001", "main", "desk-1", noon); got.Verdict != events.Success || got.Service != "" {
		t.Errorf("resolved to %+v", got)
	}
}

// startWithService starts the logon service with one agent and one service.
func startWithService(t *testing.T, key Key) func(events.LogonRequest) events.LogonAnswer {
	t.Helper()
	nc := connect(t)
	aaad := agent(t, "aaad", "pass", bcrypt.MinCost)
	directory, err := NewDirectory([]config.Agent{agent(t, "1001", "demo", bcrypt.MinCost)},
		[]config.Service{
			{ID: "aaad", PasswordHash: aaad.PasswordHash, Commands: []string{events.AGTLogon, events.AGTNailupAgent}},
			{ID: "blender", PasswordHash: aaad.PasswordHash, Commands: []string{events.AGTBlendToInbound}},
		})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(nc, service.NewHost(nil, "one", []string{"main"}), directory, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return func(r events.LogonRequest) events.LogonAnswer { return ask(t, nc, encoded(t, r)) }
}

func TestServiceVouches(t *testing.T) {
	key := NewKey()
	logon := startWithService(t, key)
	desk := events.ID{Conn: "desk-1"}.Public().Conn
	for _, c := range []struct {
		name    string
		agentID string
		agent   *string
		skills  []events.POMAgentSkill
		want    Claims
	}{
		{"known agent", "1001", new("Ada"), skills, Claims{Name: "Ada", Skills: skills}},
		{"agent of the service alone", "7", new("Bo"), skills, Claims{Name: "Bo", Skills: skills}},
		{"name null", "1001", nil, skills, Claims{Verdict: events.InvalidAgentName, Skills: skills}},
		{"name empty", "1001", new(""), skills, Claims{Verdict: events.InvalidAgentName, Skills: skills}},
		{"no skills", "1001", new("Ada"), nil, Claims{Verdict: events.SkillsNotFound, Name: "Ada"}},
		{"neither", "1001", nil, nil, Claims{Verdict: events.InvalidAgentName}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request(c.agentID, "main", new("pass"))
			r.Service, r.AgentName, r.AgentSkills = "aaad", c.agent, c.skills
			a := logon(r)
			got, err := Verify(key, a.Ticket, time.UnixMicro(a.At), c.agentID, "main", desk)
			if err != nil || a.Result != events.Success {
				t.Fatalf("answer %+v: %v", a, err)
			}
			c.want.V, c.want.AgentID, c.want.Zone, c.want.Conn, c.want.Service = 1, c.agentID, "main", desk, "aaad"
			c.want.Expires = a.Expires
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestServiceGetsATicketOfItsOwn(t *testing.T) {
	key := NewKey()
	logon := startWithService(t, key)
	r := request("", "main", new("pass"))
	r.Service = "aaad"
	a := logon(r)
	desk := events.ID{Conn: "desk-1"}.Public().Conn
	last := time.UnixMicro(a.Expires - 1)
	if service, err := VerifyActor(key, a.Ticket, last, "main", desk, events.AGTNailupAgent); service != "aaad" || err != nil {
		t.Errorf("answer %+v is of %q: %v", a, service, err)
	}
	if _, err := VerifyActor(key, a.Ticket, time.UnixMicro(a.Expires), "main", desk, events.AGTNailupAgent); !errors.Is(err, ErrExpired) {
		t.Errorf("%v, want %v", err, ErrExpired)
	}
}

// A service that is not there and a wrong password get the same answer, and no
// ticket. An agent's password is not a service's, nor the other way round. Nor gets
// one who may log nobody on a ticket for an agent.
func TestServiceIsNotBelieved(t *testing.T) {
	logon := startWithService(t, NewKey())
	for name, r := range map[string]events.LogonRequest{
		"wrong password":      {Service: "aaad", Password: new("demo")},
		"null":                {Service: "aaad"},
		"empty":               {Service: "aaad", Password: new("")},
		"unknown":             {Service: "nobody", Password: new("pass")},
		"an agent's id":       {Service: "1001", Password: new("demo")},
		"may log nobody on":   {Service: "blender", Password: new("pass"), AgentID: "1001", AgentName: new("Ada"), AgentSkills: skills},
		"wrong, for an agent": {Service: "aaad", Password: new("demo"), AgentID: "1001", AgentName: new("Ada"), AgentSkills: skills},
	} {
		r.V, r.ZoneName, r.Conn = 1, "main", "desk-1"
		if a := logon(r); a.Result != events.AuthenticationFailed || a.Ticket != "" {
			t.Errorf("%s: answer %+v", name, a)
		}
	}
	if a := logon(request("aaad", "main", new("pass"))); a.Result != events.AgentNotRegistered || a.Ticket != "" {
		t.Errorf("a service's id as an agent: answer %+v", a)
	}
}

// The password of an unknown service costs as much as that of a known one.
func TestUnknownServicesCostAsMuch(t *testing.T) {
	dear := agent(t, "aaad", "pass", 6)
	d, err := NewDirectory([]config.Agent{agent(t, "1", "a", 4)}, []config.Service{{ID: "aaad", PasswordHash: dear.PasswordHash}})
	if err != nil {
		t.Fatal(err)
	}
	if cost, err := bcrypt.Cost(d.nobody); err != nil || cost != 6 {
		t.Errorf("cost %d, %v; want 6", cost, err)
	}
	if _, err := NewDirectory(nil, []config.Service{{ID: "aaad", PasswordHash: "pass"}}); err == nil {
		t.Error("a hash that is none was taken")
	}
}

// Whatever is sent as a service's ticket, and even whatever is signed as one,
// does not panic, and is good only for a service that is named.
func FuzzVerifyActor(f *testing.F) {
	key := Key{1}
	f.Add(signActor(f, key, blender))
	f.Add("")
	f.Add("aGk")
	f.Fuzz(func(t *testing.T, text string) {
		for _, ticket := range []string{text, text + "." + signature(key, forActors+text), text + "." + signature(key, text)} {
			if service, err := VerifyActor(key, ticket, noon, "main", "desk-1", events.AGTNailupAgent); (service == "") != (err != nil) {
				t.Errorf("%q is of %q, %v", ticket, service, err)
			}
		}
	})
}
