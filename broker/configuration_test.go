package broker

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/scrape"
)

// without returns the configuration without its campaigns: a file that was rolled
// out to one broker only.
func without(c *config.Config) *config.Config {
	other := *c
	other.Campaigns = nil
	return &other
}

// TestDifferingConfigurations: each broker names those that run with another
// configuration, until they have gone.
func TestDifferingConfigurations(t *testing.T) {
	bus, c := natstest.Start(t), configuration(t)
	c.TicketKeyFile = t.TempDir() + "/ticket.key"
	const metric = "deskbus_members_differing"
	one, two := start(t, bus, "one", c), start(t, bus, "two", c)
	three := start(t, bus, "three", without(c))
	for b, others := range map[*running]string{one: "three", two: "three", three: "one two"} {
		eventually(t, "the others are named", func() bool {
			code, text := b.readyz()
			return code == 200 && strings.HasSuffix(text, "with another configuration than "+others+"\n")
		})
		eventually(t, "the metric is there", func() bool {
			return int(scrape.Read(t, b.HTTPAddress()).Sum(metric)) == len(strings.Fields(others))
		})
		eventually(t, "the log has a warning", func() bool {
			text := strings.ReplaceAll(b.log.String(), `"`, "")
			return strings.Contains(text, "level=WARN") && strings.Contains(text, "brokers="+others+" configuration=")
		})
	}
	three.stop()
	for _, b := range []*running{one, two} {
		eventually(t, "all are the same", func() bool {
			_, text := b.readyz()
			return text == "ready\n" && scrape.Read(t, b.HTTPAddress()).Sum(metric) == 0
		})
	}
}

// TestLeadersWithDifferingConfigurations: the campaign of a conversation is withdrawn
// by one leader and there again with the next. The agent and the call stay.
func TestLeadersWithDifferingConfigurations(t *testing.T) {
	bus, c := natstest.Start(t), configuration(t)
	c.TicketKeyFile = t.TempDir() + "/ticket.key"
	c.Switches[0].Simulator.Answer, c.Switches[0].Simulator.Busy = 1, 0
	first := start(t, bus, "one", c)
	d := &inCall{talking: make(chan string, 10), held: make(chan bool, 10)}
	f, err := connector.Init(connector.Config{Addresses: []string{bus.URL}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	if d.agent, err = f.GetPOMAgent(agentID(0), d); err != nil {
		t.Fatal(err)
	}
	d.agent.AGTLogon("sip:1@example.com", rightPassword, false, "en", "UTC", zoneName)
	session := await(t, d.talking)

	second := start(t, bus, "two", without(c))
	eventually(t, "both are members", func() bool { return members(t, bus) == 2 })
	first.stop()
	eventually(t, "two leads", func() bool { return leaseOn(t, bus, zoneName) == "two" })
	d.agent.AGTHoldCall(session)
	await(t, d.held)
	third := start(t, bus, "three", c)
	eventually(t, "both are members", func() bool { return members(t, bus) == 2 })
	second.stop()
	eventually(t, "three leads", func() bool { return leaseOn(t, bus, zoneName) == "three" })
	d.agent.AGTUnholdCall(session)
	if again := await(t, d.talking); again != session {
		t.Errorf("the agent talks in session %s, before in %s", again, session)
	}
	third.stop()

	log, err := logcheck.Read(bus.Ctx, bus.JS, zoneName)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for i := range log.Events {
		switch e := &log.Events[i]; e.Name {
		case events.CampaignConfigured, events.CampaignWithdrawn, events.CallEnded, events.AGTAgentLoggedOut:
			told = append(told, e.Name)
		}
	}
	if want := []string{events.CampaignConfigured, events.CampaignWithdrawn, events.CampaignConfigured}; !slices.Equal(told, want) {
		t.Errorf("the log has %v, want %v", told, want)
	}
}

// inCall is a desktop that waits for a call and tells how it goes.
type inCall struct {
	connector.BaseHandler
	agent   *connector.Agent
	session string
	talking chan string
	held    chan bool
}

func (d *inCall) AGTLogonRESP(events.Code) {
	d.agent.AGTStateChange(events.Ready, "", "", false)
	d.agent.AGTAvailableForNailup()
}

func (d *inCall) AGTNailupChange(status events.POMNailupStatus) {
	if status == events.PendingNailup {
		d.agent.AGTReadyForNailup()
	}
}

func (d *inCall) AGTCallNotify(_ events.POMContact, session string) { d.session = session }

func (d *inCall) AGTCallStateChangedNotify(state events.POMCallState) {
	switch state {
	case events.Talking:
		d.talking <- d.session
	case events.Held:
		d.held <- true
	}
}

func await[T any](t *testing.T, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(patience):
		t.Fatal("the desktop does not hear it")
	}
	return got
}
