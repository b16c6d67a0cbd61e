package zone_test

import (
	"log/slog"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/heard"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/script"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/logon"
)

const password = "a password"

// startLogonService knows the agents of all scripts.
func startLogonService(t *testing.T, bus *natstest.Bus, key logon.Key) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var agents []config.Agent
	for _, id := range []string{"1001", "1002", "1003", "1004", "1005", "1006"} {
		agents = append(agents, config.Agent{ID: id, PasswordHash: string(hash), Skills: []config.Skill{{Name: "sales"}}})
	}
	directory, err := logon.NewDirectory(agents, nil)
	if err != nil {
		t.Fatal(err)
	}
	served, err := logon.Start(bus.NC, service.NewHost(nil, "one", []string{script.Zone}), directory, key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(served.Stop)
}

// desktop is one connector session: an agent, and all that its handler was told.
type desktop struct {
	id      string
	factory *connector.Factory
	agent   *connector.Agent
	heard   heard.Recorder
	// compared is how much of what it heard was compared with the log.
	compared int
	// session is what the log calls the connector session.
	session string
}

func newDesktop(t *testing.T, f *connector.Factory, id string) *desktop {
	t.Helper()
	d := &desktop{id: id, factory: f, heard: make(heard.Recorder, 1000)}
	var err error
	if d.agent, err = f.GetPOMAgent(id, d.heard); err != nil {
		t.Fatal(err)
	}
	return d
}

func newFactory(t *testing.T, url string) *connector.Factory {
	t.Helper()
	f, err := connector.Init(connector.Config{
		Addresses: []string{url}, Logger: slog.New(slog.DiscardHandler),
		// The scripts say what a desktop sends.
		Manual: connector.Manual{
			AgentStatus: true, AvailableForNailup: true, ReadyForNailup: true, Wrapup: true, PreviewDial: true,
			WalkAway: true, CompCodes: true, Repeats: true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	// Whoever tries to log on makes the factory join the zone, so that it hears
	// the first heartbeat of the leader. The logon service knows nobody.
	nobody, err := f.GetPOMAgent("nobody", connector.BaseHandler{})
	if err != nil {
		t.Fatal(err)
	}
	nobody.AGTLogon("", "", false, "", "", script.Zone)
	return f
}

// send calls the method of the connector that is called like the command. Its
// parameters are the fields of the command's data, in the same order.
func (d *desktop) send(t *testing.T, name string, data any) events.Code {
	t.Helper()
	if p, ok := data.(events.LogonParams); ok {
		if p.Locale == nil || p.TimeZone == nil {
			t.Fatal("a desktop always gives a locale and a time zone")
		}
		return d.agent.AGTLogonAACC(p.AgentExt, password, p.IsForce, *p.Locale, *p.TimeZone, p.ZoneName, p.AgentName, p.AgentSkills)
	}
	method := reflect.ValueOf(d.agent).MethodByName(name)
	if !method.IsValid() {
		t.Fatalf("the connector has no command %s", name)
	}
	var args []reflect.Value
	for i := range method.Type().NumIn() {
		args = append(args, reflect.Indirect(reflect.ValueOf(data).Field(i)))
	}
	return method.Call(args)[0].Interface().(events.Code)
}

// catchUp waits until the desktop has heard all that the log has for it, and
// compares the two.
func (d *desktop) catchUp(t *testing.T, log []events.Event) {
	t.Helper()
	told := d.told(log)
	for ; d.compared < len(told); d.compared++ {
		e := told[d.compared]
		call, heard := d.next()
		if missed, is := e.Data.([]connector.MissedNotification); is && heard {
			if diff := cmp.Diff([]any{missed, 0}, call.Args); diff != "" {
				t.Errorf("desktop of %s: what it missed (- wanted, + told):\n%s", d.id, diff)
			}
			continue
		}
		if !heard || call.Name != e.Name {
			t.Fatalf("desktop of %s: heard %q, want %s", d.id, call.Name, script.Trace(&e))
		}
		data := reflect.ValueOf(e.Data)
		for i, arg := range call.Args {
			if want := data.Field(i).Interface(); !reflect.DeepEqual(arg, want) {
				t.Errorf("desktop of %s: argument %d of %s is %v, want %v", d.id, i+1, e.Name, arg, want)
			}
		}
	}
}

// end checks that the desktop has heard no more than the log has for it.
func (d *desktop) end(t *testing.T, log []events.Event) {
	t.Helper()
	d.catchUp(t, log)
	d.factory.RemovePOMAgent(d.id)
	close(d.heard)
	for call := range d.heard {
		if !isOwn(call.Name) {
			t.Errorf("desktop of %s: heard %s more", d.id, call.Name)
		}
	}
}

// next returns the next call that comes from an event.
func (d *desktop) next() (heard.Call, bool) {
	for {
		select {
		case call := <-d.heard:
			if !isOwn(call.Name) {
				return call, true
			}
		case <-time.After(patience):
			return heard.Call{}, false
		}
	}
}

// isOwn tells whether the connector says this by itself.
func isOwn(name string) bool { return name == events.POMAvailable || name == events.POMNotAvailable }

// told returns what the log has for this desktop: answers to its own commands,
// and while it is logged on all notifications of its agent.
func (d *desktop) told(log []events.Event) []events.Event {
	var told []events.Event
	loggedOn := false
	for i, e := range log {
		if e.Agent != d.id {
			continue
		}
		own := connOf(e.Cause) == d.session
		result, _ := e.Data.(events.LogonResult)
		logon := e.Name == events.RESP(events.AGTLogon) && result.Result == events.Success
		switch {
		case e.Kind == events.KindResponse && own:
			told = append(told, e)
			loggedOn = loggedOn || logon
			if result.Missed > 0 {
				told = append(told, events.Event{Name: "Missed", Data: missed(log[:i], d.id, result.Missed)})
			}
		case loggedOn && logon:
			// Another desktop has taken the agent over; the connector says so.
			told = append(told, events.Event{Name: events.AGTAgentLoggedOut, Data: events.NoData{}})
			loggedOn = false
		case loggedOn && e.Kind == events.KindNotification:
			told = append(told, e)
			loggedOn = e.Name != events.AGTAgentLoggedOut
		}
	}
	return told
}

// missed returns the newest notifications of an agent that are news.
func missed(log []events.Event, id string, n int) []connector.MissedNotification {
	var all []connector.MissedNotification
	logonTurn := uint64(0)
	for _, e := range log {
		switch {
		case e.Agent != id:
		case e.Name == events.RESP(events.AGTLogon):
			logonTurn = e.Turn
		case e.Kind == events.KindNotification && e.Turn != logonTurn && e.Name != events.GetAgentStatus:
			all = append(all, connector.MissedNotification{At: time.UnixMicro(e.At).UTC(), Name: e.Name, Data: e.Data})
		}
	}
	return all[len(all)-n:]
}
