package broker

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

const (
	rightPassword = "correct-horse-battery"
	wrongPassword = "wrong-staple"
	maskedValue   = "DE02120300000000202051"
	maskedChange  = "DE88100900001234567892"
	digits        = "4711#0815"
	zoneName      = "main"
)

// office is a broker at work, with all that it and the desktops log.
type office struct {
	*Broker
	t   *testing.T
	log syncBuffer
	// stop ends the broker and waits for it.
	stop func()
}

// open starts a broker with quick customers and waits until it is ready. Change
// may change the options.
func open(t *testing.T, change func(*Options)) *office {
	t.Helper()
	o := &office{t: t}
	options := Options{
		Config: configuration(t), Name: "one", Listen: "127.0.0.1:0", HTTP: "127.0.0.1:0", Data: t.TempDir(),
		Logger: slog.New(slog.NewJSONHandler(&o.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&options)
	}
	// Some packages have no logger of their own.
	former := slog.Default()
	slog.SetDefault(options.Logger)
	t.Cleanup(func() { slog.SetDefault(former) })
	var err error
	if o.Broker, err = Start(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	o.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the broker ended with %v", err)
		}
	})
	t.Cleanup(o.stop)
	becomes(t, o.Broker, true)
	return o
}

func configuration(t *testing.T) *config.Config {
	t.Helper()
	var contacts strings.Builder
	fmt.Fprintln(&contacts, "id,firstName,phone1,iban:MASKED_WRITE")
	for i := range 200 {
		fmt.Fprintf(&contacts, "c%d,Ada,+4930231250%03d,%s\n", i, i, maskedValue)
	}
	list := filepath.Join(t.TempDir(), "contacts.csv")
	if err := os.WriteFile(list, []byte(contacts.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(rightPassword), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	c := &config.Config{
		Zones: []config.Zone{{Name: zoneName, Switch: "sim"}},
		Switches: []config.Switch{{Name: "sim", Simulator: &config.Simulator{
			Seed: 7, Answer: 0.7, Busy: 0.2, Ring: config.Range{Min: time.Millisecond, Max: 10 * time.Millisecond},
			Talk: config.Range{Min: time.Hour, Max: time.Hour},
		}}},
		Campaigns: []config.Campaign{{
			Name: "Spring renewal", Zone: zoneName, Skill: "sales", Mode: events.ContactProgressive,
			RingTimeout: 2 * time.Second, Contacts: list, Wrapup: config.Wrapup{DefaultCode: "none"},
			CompletionCodes: []config.CompletionCode{{Code: "sold"}, {Code: "none"}},
		}},
	}
	for i := range 3 {
		c.Agents = append(c.Agents, config.Agent{
			ID: agentID(i), Name: "Agent", PasswordHash: string(hash), Skills: []config.Skill{{Name: "sales", Level: 1}},
		})
	}
	return c
}

func agentID(i int) string { return fmt.Sprintf("a.%d", 1001+i) }

// connect returns a factory whose log is that of the office.
func (o *office) connect() *connector.Factory {
	o.t.Helper()
	f, err := connector.Init(connector.Config{Addresses: []string{o.URL()}, Logger: o.options.Logger})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(f.Deinit)
	return f
}

// colleague is an agent at a desktop who has some calls and leaves.
type colleague struct {
	connector.BaseHandler
	agent *connector.Agent
	// calls are those still to be had.
	calls   int
	held    bool
	session string
	// wrong gets the result of the logon with a wrong password.
	wrong chan events.Code
	left  chan struct{}
}

// workDay has every agent log on, once with a wrong password, have so many calls
// and leave.
func (o *office) workDay(f *connector.Factory, calls int) {
	o.t.Helper()
	var all []*colleague
	for i := range o.options.Config.Agents {
		d := &colleague{calls: calls, wrong: make(chan events.Code, 1), left: make(chan struct{})}
		var err error
		if d.agent, err = f.GetPOMAgent(agentID(i), d); err != nil {
			o.t.Fatal(err)
		}
		if code := d.logon(wrongPassword); code != events.Success {
			o.t.Fatalf("AGTLogon: %d", code)
		}
		all = append(all, d)
	}
	for _, d := range all {
		select {
		case code := <-d.wrong:
			if code != events.AuthenticationFailed {
				o.t.Fatalf("the wrong password was answered with %d", code)
			}
		case <-time.After(patience):
			o.t.Fatal("no answer to a logon")
		}
		if code := d.logon(rightPassword); code != events.Success {
			o.t.Fatalf("AGTLogon: %d", code)
		}
	}
	for _, d := range all {
		select {
		case <-d.left:
		case <-time.After(patience):
			o.t.Fatalf("an agent does not come to an end; the log:\n%s", o.log.String())
		}
	}
}

func (d *colleague) logon(password string) events.Code {
	return d.agent.AGTLogon("sip:1@example.com", password, false, "en", "UTC", zoneName)
}

func (d *colleague) AGTLogonRESP(result events.Code) {
	if result != events.Success {
		d.wrong <- result
		return
	}
	d.agent.AGTWrapupContact(events.POMCompletionCode{Code: "sold"}, "no-such-call") // refused
	d.agent.AGTStateChange(events.Ready, "", "", false)
	d.agent.AGTAvailableForNailup()
}

func (d *colleague) AGTNailupChange(status events.POMNailupStatus) {
	if status == events.PendingNailup {
		d.agent.AGTReadyForNailup()
	}
}

func (d *colleague) AGTCallNotify(_ events.POMContact, session string) {
	d.session, d.held = session, false
	d.agent.AGTSetCustomerDetail(events.POMKeyValuePair{Key: "iban", Value: maskedChange}, session)
	d.agent.AGTSendDTMF(digits, session)
}

func (d *colleague) AGTCallStateChangedNotify(state events.POMCallState) {
	switch {
	case state == events.Talking && !d.held:
		d.held = true
		d.agent.AGTHoldCall(d.session)
	case state == events.Held:
		d.agent.AGTUnholdCall(d.session)
	case state == events.Talking:
		d.agent.AGTReleaseLine(d.session)
	case state == events.Wrapup:
		if d.calls--; d.calls == 0 {
			d.agent.AGTStateChange(events.NotReady, "9", "Home", false)
		}
		d.agent.AGTWrapupContact(events.POMCompletionCode{Code: "sold"}, d.session)
	}
}

func (d *colleague) AGTStateChangedNotify(state events.POMAgentState) {
	if state == events.NotReady && d.calls == 0 {
		d.agent.AGTLogoff()
	}
}

func (d *colleague) AGTAgentLoggedOut() { close(d.left) }
