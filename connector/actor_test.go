package connector_test

import (
	"bytes"
	"context"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// startActor starts an actor of the service "blender".
func startActor(t *testing.T, url string, timeout time.Duration, options ...nats.Option) *connector.Actor {
	t.Helper()
	return actorWith(t, connector.Hurried(connector.Config{
		Addresses: []string{url}, CommandTimeout: timeout, NATS: options,
	}))
}

func actorWith(t *testing.T, c connector.Config) *connector.Actor {
	t.Helper()
	c.Service = connector.Service{ID: "blender", Password: "secret"}
	f, err := connector.Init(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	a, err := f.Actor(zone)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// serviceTickets lets the leader give a service tickets that last so long, and
// counts them.
func (l *leader) serviceTickets(lifetime time.Duration) *atomic.Int64 {
	var given atomic.Int64
	l.onLogon = func(r events.LogonRequest) events.LogonAnswer {
		if r.Service != "blender" || r.Password == nil || *r.Password != "secret" || r.AgentID != "" || r.ZoneName != zone || r.Conn == "" {
			l.t.Errorf("the logon service got %+v", r)
		}
		given.Add(1)
		return events.LogonAnswer{
			V: 1, Ticket: "ticket of " + r.Conn, At: 1_000_000, Expires: 1_000_000 + lifetime.Microseconds(),
		}
	}
	return &given
}

func TestActorSendsEachCommand(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	given := l.serviceTickets(time.Minute)
	got := make(chan command, 10)
	l.onCommand = func(c command) { got <- c; l.answer(c, events.AlreadyInbound) }
	a := startActor(t, s.URL(), 0)
	skills := []events.POMAgentSkill{{SkillName: "sales", SkillLevel: 2}}
	for i, c := range []struct {
		name string
		send func(context.Context, string) events.Code
		data any
	}{
		{events.AGTAgentDisconnected, a.AGTAgentDisconnected, events.NoParams{}},
		{events.AGTBlendToInbound, a.AGTBlendToInbound, events.NoParams{}},
		{events.AGTBlendToOutbound, a.AGTBlendToOutbound, events.NoParams{}},
		{events.AGTNailupAgent, a.AGTNailupAgent, events.NoParams{}},
		{events.AGTPendingLogout, a.AGTPendingLogout, events.NoParams{}},
		{events.AGTSkillsChanged, func(ctx context.Context, id string) events.Code {
			return a.AGTSkillsChanged(ctx, id, skills)
		}, events.SkillsParams{AgentSkills: skills}},
	} {
		agent := "sip:" + string(rune('a'+i%2)) + "@x"
		if code := c.send(t.Context(), agent); code != events.AlreadyInbound {
			t.Errorf("%s: result %d", c.name, code)
		}
		sent := <-got
		if sent.name != c.name || sent.agent != agent || !reflect.DeepEqual(sent.Data, c.data) || sent.ID.N != uint64(i+1) ||
			sent.Ticket != "ticket of "+sent.ID.Conn || sent.Deadline <= time.Now().UnixMicro() {
			t.Errorf("%s for %s is sent as %s for %s: %+v", c.name, agent, sent.name, sent.agent, sent.Inbound)
		}
	}
	if given.Load() != 1 {
		t.Errorf("the password was checked %d times for one ticket", given.Load())
	}
}

// A ticket that would not outlast the command is replaced.
func TestActorRenewsItsTicket(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	given := l.serviceTickets(12 * time.Second)
	a := startActor(t, s.URL(), 5*time.Second)
	for range 2 {
		if code := a.AGTBlendToInbound(t.Context(), "a"); code != events.Success {
			t.Errorf("result %d", code)
		}
	}
	if given.Load() != 2 {
		t.Errorf("%d tickets, want 2", given.Load())
	}
}

// A command that got lost, or whose answer did, is sent again to the byte.
func TestActorSendsAgain(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	l.serviceTickets(time.Minute)
	arrived := make(chan *nats.Msg, 100)
	if _, err := l.nc.Subscribe(subject.InboxSubjects(zone)[0], func(m *nats.Msg) { arrived <- m }); err != nil {
		t.Fatal(err)
	}
	if err := l.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	asked := make(chan command, 1)
	l.onCommand = func(c command) { asked <- c } // and no answer
	a := startActor(t, s.URL(), 0)
	result := make(chan events.Code, 1)
	go func() { result <- a.AGTBlendToInbound(t.Context(), "a") }()
	first, second := <-arrived, <-arrived
	if first.Subject != second.Subject || !bytes.Equal(first.Data, second.Data) {
		t.Errorf("sent again as %s %x, first %s %x", second.Subject, second.Data, first.Subject, first.Data)
	}
	l.answer(<-asked, events.Success)
	if code := <-result; code != events.Success {
		t.Errorf("result %d", code)
	}
}

// The next command for an agent waits for the answer to the one before; other
// agents do not wait.
func TestActorKeepsAnAgentsOrder(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	l.serviceTickets(time.Minute)
	asked := make(chan command, 10)
	l.onCommand = func(c command) {
		if asked <- c; c.agent == "b" {
			l.answer(c, events.Success)
		}
	}
	a := startActor(t, s.URL(), 0)
	results := make(chan events.Code, 2)
	go func() { results <- a.AGTBlendToInbound(t.Context(), "a") }()
	first := <-asked
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if code := a.AGTBlendToOutbound(ctx, "a"); code != events.POMNotAvailableCode {
		t.Errorf("a second command for the agent: %d", code)
	}
	if code := a.AGTBlendToInbound(t.Context(), "b"); code != events.Success {
		t.Errorf("a command for another agent: %d", code)
	}
	if other := <-asked; other.agent != "b" {
		t.Errorf("%s was sent before %s was answered", other.name, first.name)
	}
	l.answer(first, events.Success)
	if code := <-results; code != events.Success {
		t.Errorf("result %d", code)
	}
}

func TestActorCodes(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	a := startActor(t, s.URL(), 0)
	if code := a.AGTBlendToInbound(t.Context(), ""); code != events.InvalidArgument {
		t.Errorf("nobody: %d", code)
	}
	lonely := actorWith(t, connector.Ordinary(connector.Config{Addresses: []string{s.URL()}}))
	if code := lonely.AGTBlendToInbound(t.Context(), "a"); code != events.PAMNotAvailableForZone {
		t.Errorf("without a leader: %d", code)
	}
	l := startLeader(t, s.URL())
	l.onLogon = func(events.LogonRequest) events.LogonAnswer {
		return events.LogonAnswer{V: 1, Result: events.AuthenticationFailed}
	}
	if code := a.AGTBlendToInbound(t.Context(), "a"); code != events.AuthenticationFailed {
		t.Errorf("with a wrong password: %d", code)
	}
	l.serviceTickets(time.Minute)
	if code := a.AGTSkillsChanged(t.Context(), "a", make([]events.POMAgentSkill, 10_000)); code != events.SDKFailure {
		t.Errorf("too long: %d", code)
	}
	l.onCommand = func(command) {}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if code := a.AGTBlendToInbound(ctx, "a"); code != events.POMNotAvailableCode {
		t.Errorf("without an answer: %d", code)
	}
	s.Stop()
	if code := lonely.AGTBlendToInbound(t.Context(), "a"); code != events.POMNotAvailableCode {
		t.Errorf("without a server: %d", code)
	}
}

func TestActorNeedsAService(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	f, err := connector.Init(connector.Config{Addresses: []string{s.URL()}})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Deinit()
	if _, err := f.Actor(zone); err == nil {
		t.Error("an actor without a service")
	}
	g, err := connector.Init(connector.Config{Addresses: []string{s.URL()}, Service: connector.Service{ID: "blender"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Actor("no zone"); err == nil {
		t.Error("an actor for a zone that cannot be")
	}
	g.Deinit()
	if _, err := g.Actor(zone); err == nil {
		t.Error("an actor after Deinit")
	}
}

// The service's password stands in for the agent's in the AACC form alone.
func TestServiceVouchesForAgents(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	requests := make(chan events.LogonRequest, 2)
	l.onLogon = func(r events.LogonRequest) events.LogonAnswer {
		requests <- r
		return events.LogonAnswer{V: 1, Ticket: "ticket", At: time.Now().UnixMicro()}
	}
	f, err := connector.Init(connector.Patient(connector.Config{
		Addresses: []string{s.URL()}, Service: connector.Service{ID: "aaad", Password: "secret"},
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Deinit()
	r := newRecorder()
	a, err := f.GetPOMAgent("a", r)
	if err != nil {
		t.Fatal(err)
	}
	skills := []events.POMAgentSkill{{SkillName: "sales"}}
	accepted(t, a.AGTLogonAACC("1001", "not used", false, "en", "UTC", zone, "Ada", skills))
	r.want(t, events.POMAvailable, "AGTLogonRESP")
	got := <-requests
	if got.Service != "aaad" || *got.Password != "secret" || got.AgentID != "a" || *got.AgentName != "Ada" || !reflect.DeepEqual(got.AgentSkills, skills) {
		t.Errorf("the logon service got %+v", got)
	}
	l.notify("a", events.AGTAgentLoggedOut, events.NoData{})
	r.want(t, events.AGTAgentLoggedOut)
	accepted(t, a.AGTLogon("1001", "own", false, "en", "UTC", zone))
	r.want(t, "AGTLogonRESP")
	if got := <-requests; got.Service != "" || *got.Password != "own" || got.AgentName != nil {
		t.Errorf("the logon service got %+v", got)
	}
}

// blenderRights is the list of the package comment, for a service that blends the
// agents of zone z1.
var blenderRights = &server.Permissions{
	Publish: &server.SubjectPermission{Allow: []string{
		"pom.z1.in.agent.*.AGTBlendToInbound",
		"pom.z1.in.agent.*.AGTBlendToOutbound",
		"pom.svc.logon",
	}},
	Subscribe: &server.SubjectPermission{Allow: []string{
		"pom.z1.agent.*.resp.AGTBlendToInboundRESP",
		"pom.z1.agent.*.resp.AGTBlendToOutboundRESP",
		"pom.z1.heartbeat",
		"_INBOX_blender.>",
	}},
}

func TestActorLeastRights(t *testing.T) {
	t.Parallel()
	url := startGuardedServer(t)
	l := startLeader(t, url, nats.UserInfo("leader", "l"))
	l.serviceTickets(time.Minute)
	refusals := make(chan error, 10)
	options := []nats.Option{
		nats.UserInfo("blender", "b"), nats.CustomInboxPrefix("_INBOX_blender"),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }),
	}
	a := startActor(t, url, 0, options...)
	if code := a.AGTBlendToInbound(t.Context(), "a"); code != events.Success {
		t.Errorf("result %d", code)
	}
	if len(refusals) > 0 {
		t.Errorf("the server refused something: %v", <-refusals)
	}
	nc, err := nats.Connect(url, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for _, to := range []string{
		subject.Command(zone, "a", events.AGTLogoff), subject.Command(zone, "a", events.AGTHoldCall),
		"pom.z1.agent.a.resp.AGTBlendToInboundRESP", "$JS.API.STREAM.INFO.EVENTS_z1",
	} {
		if err := nc.Publish(to, nil); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, refusals, "publish to "+to)
	}
	for _, from := range []string{subject.Agent(zone, "a"), subject.InboxSubjects(zone)[0], "_INBOX.>"} {
		if _, err := nc.SubscribeSync(from); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, refusals, "subscribe to "+from)
	}
}
