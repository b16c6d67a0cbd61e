package logon

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/subject"
)

func agent(t *testing.T, id, password string, cost int, skills ...config.Skill) config.Agent {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	if err != nil {
		t.Fatal(err)
	}
	return config.Agent{ID: id, Name: "Name of " + id, PasswordHash: string(hash), Skills: skills}
}

func connect(t *testing.T) *nats.Conn {
	t.Helper()
	return natstest.Start(t).NC
}

func start(t *testing.T, nc *nats.Conn, key Key, agents ...config.Agent) *Service {
	t.Helper()
	directory, err := NewDirectory(agents, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Start(nc, service.NewHost(nil, "one", []string{"main", "night"}), directory, key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(t *testing.T, nc *nats.Conn, body []byte) events.LogonAnswer {
	t.Helper()
	reply, err := nc.Request(subject.ServiceLogon, body, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	a, err := events.Unmarshal[events.LogonAnswer](reply.Data)
	if err != nil || a.V != 1 {
		t.Fatalf("answer %+v: %v", a, err)
	}
	return a
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	body, err := events.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func request(agentID, zone string, password *string) events.LogonRequest {
	return events.LogonRequest{V: 1, AgentID: agentID, ZoneName: zone, Conn: "desk-1", Password: password}
}

func TestServiceGivesTickets(t *testing.T) {
	nc, key := connect(t), NewKey()
	long := strings.Repeat("x", 72)
	s := start(t, nc, key,
		agent(t, "1001", "demo", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}),
		agent(t, "1002", "demo", bcrypt.MinCost),
		agent(t, "1003", "", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}),
		agent(t, "1004", long, bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}),
	)
	defer s.Stop()
	desk := events.ID{Conn: "desk-1"}.Public().Conn
	known := func(id string) Claims { return Claims{Name: "Name of " + id, Skills: skills} }
	for _, c := range []struct {
		name, agentID, zone string
		password            *string
		want                Claims
	}{
		{"right", "1001", "main", new("demo"), known("1001")},
		{"right in another zone", "1001", "night", new("demo"), known("1001")},
		{"wrong", "1001", "main", new("Demo"), Claims{Verdict: events.AuthenticationFailed}},
		{"empty but wrong", "1001", "main", new(""), Claims{Verdict: events.AuthenticationFailed}},
		{"null", "1001", "main", nil, Claims{Verdict: events.AuthenticationFailed}},
		{"empty and right", "1003", "main", new(""), known("1003")},
		{"null is not empty", "1003", "main", nil, Claims{Verdict: events.AuthenticationFailed}},
		{"72 bytes", "1004", "main", &long, known("1004")},
		{"73 bytes", "1004", "main", new(long + "x"), Claims{Verdict: events.AuthenticationFailed}},
		{"no skills", "1002", "main", new("demo"), Claims{Verdict: events.SkillsNotFound, Name: "Name of 1002"}},
		{"no skills, wrong", "1002", "main", new("x"), Claims{Verdict: events.AuthenticationFailed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := time.Now()
			a := ask(t, nc, encoded(t, request(c.agentID, c.zone, c.password)))
			if a.Result != events.Success || a.At < before.UnixMicro() || a.At > time.Now().UnixMicro() {
				t.Fatalf("answer %+v", a)
			}
			got, err := Verify(key, a.Ticket, time.UnixMicro(a.At), c.agentID, c.zone, desk)
			if err != nil {
				t.Fatal(err)
			}
			c.want.V, c.want.AgentID, c.want.Zone, c.want.Conn = 1, c.agentID, c.zone, desk
			c.want.Expires = a.At + time.Minute.Microseconds()
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestServiceRefuses(t *testing.T) {
	nc := connect(t)
	s := start(t, nc, NewKey(), agent(t, "1001", "demo", bcrypt.MinCost))
	defer s.Stop()
	changed := func(change func(r *events.LogonRequest)) []byte {
		r := request("1001", "main", new("demo"))
		change(&r)
		return encoded(t, r)
	}
	for name, c := range map[string]struct {
		body []byte
		want events.Code
	}{
		"nothing":         {nil, events.InvalidData},
		"no map":          {[]byte("hello"), events.InvalidData},
		"more after it":   {append(changed(func(*events.LogonRequest) {}), 0xc0), events.InvalidData},
		"wrong type":      {encoded(t, map[string]any{"v": 1, "pwd": 7, "conn": "desk-1"}), events.InvalidData},
		"later version":   {changed(func(r *events.LogonRequest) { r.V = 2 }), events.InvalidData},
		"no connector":    {changed(func(r *events.LogonRequest) { r.Conn = "" }), events.InvalidData},
		"no good session": {changed(func(r *events.LogonRequest) { r.Conn = "a.b" }), events.InvalidData},
		"too long":        {changed(func(r *events.LogonRequest) { r.AgentID = strings.Repeat("1", 20_000) }), events.InvalidData},
		"unknown agent":   {changed(func(r *events.LogonRequest) { r.AgentID = "9999" }), events.AgentNotRegistered},
		"no agent":        {changed(func(r *events.LogonRequest) { r.AgentID, r.Password = "", nil }), events.AgentNotRegistered},
		"unknown zone":    {changed(func(r *events.LogonRequest) { r.ZoneName = "moon" }), events.ZoneNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			if a := ask(t, nc, c.body); a.Result != c.want || a.Ticket != "" || a.At == 0 {
				t.Errorf("answer %+v, want result %d and no ticket", a, c.want)
			}
		})
	}
}

// hold takes all the room for hashes, so that every admitted request waits.
func hold(s *Service) {
	for range cap(s.free) {
		s.free <- struct{}{}
	}
}

// flood sends n logons and returns where the answers arrive.
func flood(t *testing.T, nc *nats.Conn, n int) *nats.Subscription {
	t.Helper()
	replies, err := nc.SubscribeSync(nats.NewInbox())
	if err != nil {
		t.Fatal(err)
	}
	body := encoded(t, request("1001", "main", new("demo")))
	for range n {
		if err := nc.PublishRequest(subject.ServiceLogon, replies.Subject, body); err != nil {
			t.Fatal(err)
		}
	}
	return replies
}

func expect(t *testing.T, replies *nats.Subscription, n int, want events.Code) {
	t.Helper()
	for i := range n {
		reply, err := replies.NextMsg(time.Minute)
		if err != nil {
			t.Fatalf("answer %d of %d: %v", i+1, n, err)
		}
		a, err := events.Unmarshal[events.LogonAnswer](reply.Data)
		if err != nil || a.Result != want || (a.Ticket != "") != (want == events.Success) {
			t.Fatalf("answer %d of %d: %+v, %v; want result %d", i+1, n, a, err, want)
		}
	}
}

// A bounded number of requests waits for a processor, the rest is refused at
// once, and all that wait are answered in the end.
func TestServiceIsBounded(t *testing.T) {
	nc := connect(t)
	s := start(t, nc, NewKey(), agent(t, "1001", "demo", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}))
	defer s.Stop()
	hold(s)
	limit, tooMany := waitingPerProcessor*cap(s.free), 10
	replies := flood(t, nc, limit+tooMany)
	expect(t, replies, tooMany, events.RequestFailed)
	<-s.free
	expect(t, replies, limit, events.Success)
}

func TestStopRefusesThoseThatWait(t *testing.T) {
	nc := connect(t)
	s := start(t, nc, NewKey(), agent(t, "1001", "demo", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}))
	hold(s)
	limit := waitingPerProcessor * cap(s.free)
	replies := flood(t, nc, limit+1)
	expect(t, replies, 1, events.RequestFailed) // so the others have been admitted
	s.Stop()
	expect(t, replies, limit, events.RequestFailed)
	_, err := nc.Request(subject.ServiceLogon, nil, time.Minute)
	if !errors.Is(err, nats.ErrNoResponders) {
		t.Errorf("after Stop: %v, want no responders", err)
	}
}

func TestServiceAnswersManyAtOnce(t *testing.T) {
	nc, key := connect(t), NewKey()
	first := start(t, nc, key, agent(t, "1001", "demo", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}))
	defer first.Stop()
	second := start(t, nc, key, agent(t, "1001", "demo", bcrypt.MinCost, config.Skill{Name: "renewal", Level: 1}))
	defer second.Stop()
	body := encoded(t, request("1001", "main", new("demo")))
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			reply, err := nc.Request(subject.ServiceLogon, body, time.Minute)
			if err != nil {
				t.Error(err)
				return
			}
			if a, err := events.Unmarshal[events.LogonAnswer](reply.Data); err != nil || a.Ticket == "" {
				t.Errorf("answer %+v, %v", a, err)
			}
		})
	}
	group.Wait()
}

func TestStartOnClosedConnection(t *testing.T) {
	nc := connect(t)
	nc.Close()
	directory, err := NewDirectory(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Start(nc, service.NewHost(nil, "one", []string{"main"}), directory, NewKey()); err == nil {
		t.Error("it started")
	}
}
