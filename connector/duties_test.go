package connector

import (
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskbus/deskbus/events"
)

// sent is a command that was sent as a duty.
type sent struct {
	name   string
	params any
}

// desk has the duties of a desktop, and keeps what they send. A command it was
// told to wait for is under way until its answer comes.
type desk struct {
	duties
	t        *testing.T
	mu       sync.Mutex
	sent     []sent
	underWay string
}

func newDesk(t *testing.T, manual Manual) *desk {
	d := &desk{t: t}
	d.duties = duties{
		manual: manual, mu: &d.mu,
		command: func(name, _ string, params any) { d.sent = append(d.sent, sent{name, params}) },
		waits:   func(names ...string) bool { return slices.Contains(names, d.underWay) },
	}
	d.begin()
	return d
}

// notified has the desk hear notifications, in this order.
func (d *desk) notified(all ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, data := range all {
		d.duties.notified(data, 7)
	}
}

func (d *desk) answered(command string, data any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.underWay = ""
	d.duties.answered(events.RESP(command), data)
}

// press is a command of the agent that has no answer yet.
func (d *desk) press(command string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.underWay = command
	d.acted(command)
}

// want checks what was sent since the last time.
func (d *desk) want(commands ...sent) {
	d.t.Helper()
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	if !slices.EqualFunc(d.sent, commands, func(a, b sent) bool { return reflect.DeepEqual(a, b) }) {
		d.t.Fatalf("sent %+v, want %+v", d.sent, commands)
	}
	d.sent = nil
}

// inBubble runs a test with a clock of its own.
func inBubble(t *testing.T, manual Manual, test func(d *desk)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t, manual)
		test(d)
		d.mu.Lock()
		d.end()
		d.mu.Unlock()
	})
}

var (
	sold    = events.POMCompletionCode{Code: "sold"}
	timed   = events.WrapupData{ACWMaxTime: 30, ACWExtendable: true, DefaultCompCode: sold}
	untimed = events.WrapupData{DefaultCompCode: sold}
	machine = events.WrapupData{DefaultCompCode: events.POMCompletionCode{Code: events.AnswerMachine}}

	wrapUp   = sent{events.AGTWrapupContact, events.WrapupParams{CompletionCode: sold, SessionID: "S"}}
	walkAway = sent{events.AGTStateChange, events.StateChangeParams{AgentState: events.NotReady, HasWalkedAway: true}}
	offer    = sent{events.AGTAvailableForNailup, events.NoParams{}}
	allow    = sent{events.AGTReadyForNailup, events.NoParams{}}
)

func ready() any                           { return events.StateChangedData{AgentState: events.Ready} }
func nailing(s events.POMNailupStatus) any { return events.NailupData{NailupStatus: s} }
func callIs(s events.POMCallState) any     { return events.CallStateData{CallState: s} }
func called(c events.POMContact) any       { return events.ContactData{Contact: c, SessionID: "S"} }
func hungUp(w events.WrapupData) any       { return events.AutoReleaseData{WrapupDetails: w, SessionID: "S"} }

// talk is a progressive call that has just been answered.
func (d *desk) talk() { d.notified(called(events.POMContact{}), callIs(events.Talking)) }

// lose is a call that ends without a hand of the agent.
func (d *desk) lose(w events.WrapupData) {
	d.talk()
	d.notified(hungUp(w), callIs(events.Wrapup))
	time.Sleep(time.Hour)
	d.notified(callIs(events.Idle))
	synctest.Wait()
}

func TestAgentStatusIsWhatWasNotified(t *testing.T) {
	asked := events.AgentIDData{AgentID: "a"}
	status := func(s events.POMAgentStatus) sent {
		return sent{events.GetAgentStatusResponse, events.AgentStatusParams{Status: s}}
	}
	inBubble(t, Manual{AvailableForNailup: true}, func(d *desk) {
		d.notified(ready(), nailing(events.NailedUp), callIs(events.Idle), asked)
		// The state may have begun before the logon: its time is left out.
		d.want(status(events.POMAgentStatus{AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Idle}))
		d.talk()
		d.notified(asked)
		d.want(status(events.POMAgentStatus{
			AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Talking, SessionID: "S", Since: 7,
		}))
		d.notified(callIs(events.Idle), asked)
		d.want(status(events.POMAgentStatus{AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Idle, Since: 7}))
		d.notified(events.ConsultData{SessionID: "T"}, callIs(events.Consult), asked)
		d.want(status(events.POMAgentStatus{
			AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Consult, SessionID: "T", Since: 7,
		}))
	})
}

// Each duty can be left to the desktop.
func TestManual(t *testing.T) {
	day := func(d *desk) {
		d.notified(nailing(events.NotNailedUp), ready(), nailing(events.PendingNailup), nailing(events.NailedUp),
			events.AgentIDData{AgentID: "a"})
		d.notified(called(events.POMContact{ContactType: events.ContactCallback, DefaultNumber: &events.POMContactNumber{Number: "1"}}), callIs(events.Callback))
		synctest.Wait()
		for range 2 {
			d.lose(timed)
		}
		d.talk()
		d.answered(events.AGTGetCompCodes, events.CompCodesResult{SessionID: "S"})
		if _, kept := d.keptCodes("S"); kept {
			d.sent = append(d.sent, sent{name: "kept codes"})
		}
	}
	names := func(manual Manual) (all []string) {
		inBubble(t, manual, func(d *desk) {
			day(d)
			for _, s := range d.sent {
				all = append(all, s.name)
			}
		})
		return all
	}
	every := names(Manual{})
	want := []string{
		events.AGTAvailableForNailup, events.AGTReadyForNailup, events.GetAgentStatusResponse, events.AGTPreviewDial,
		events.AGTWrapupContact, events.AGTStateChange, events.AGTWrapupContact, "kept codes",
	}
	if !slices.Equal(every, want) {
		t.Fatalf("with no manual duty the connector does %v, want %v", every, want)
	}
	for field, missing := range map[string]string{
		"AgentStatus": events.GetAgentStatusResponse, "AvailableForNailup": events.AGTAvailableForNailup,
		"ReadyForNailup": events.AGTReadyForNailup, "Wrapup": events.AGTWrapupContact, "PreviewDial": events.AGTPreviewDial,
		"WalkAway": events.AGTStateChange, "CompCodes": "kept codes",
		"Repeats": "", // TestRepeatedCommandIsRefused
	} {
		manual := Manual{}
		reflect.ValueOf(&manual).Elem().FieldByName(field).SetBool(true)
		want := slices.DeleteFunc(slices.Clone(every), func(name string) bool { return name == missing })
		if got := names(manual); !slices.Equal(got, want) {
			t.Errorf("%s is manual: the connector does %v, want %v", field, got, want)
		}
	}
	if n := reflect.TypeFor[Manual]().NumField(); n != 8 {
		t.Errorf("Manual has %d fields, this test knows 8", n)
	}
}

// However a session ends, nothing is sent for it afterwards.
func TestDutiesEndWithTheSession(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(a *Agent)
		sent int
	}{
		"it goes on": {func(*Agent) {}, 1},
		"logged out": {func(a *Agent) {
			a.event(events.Event{Kind: events.KindNotification, Name: events.AGTAgentLoggedOut, Data: events.NoData{}})
		}, 0},
		"taken over": {func(a *Agent) {
			a.event(events.Event{Kind: events.KindResponse, Name: events.RESP(events.AGTLogon), Cause: "other.1", Data: events.LogonResult{}})
		}, 0},
		"removed": {(*Agent).close, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAgent(&Factory{timeout: 24 * time.Hour}, "a", "session", BaseHandler{})
				a.state, a.sending = loggedOn, true // what is sent stays in the outbox
				a.event(events.Event{Kind: events.KindNotification, Name: events.AGTAutoReleaseLine, Data: hungUp(timed)})
				c.end(a)
				time.Sleep(time.Hour)
				synctest.Wait()
				a.mu.Lock()
				sent := len(a.outbox)
				a.mu.Unlock()
				if sent != c.sent {
					t.Errorf("%d commands were sent, want %d", sent, c.sent)
				}
				a.close()
			})
		})
	}
}
