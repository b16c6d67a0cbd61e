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

// TestWrapupAtTheEndOfItsTime: nobody else may be needed for it (reading 21).
func TestWrapupAtTheEndOfItsTime(t *testing.T) {
	wrapup := events.WrapupResult{WrapupDetails: &timed, SessionID: "S"}
	transfer := events.TransferResult{CanDispose: true, WrapupDetails: &timed, SessionID: "S"}
	for name, begins := range map[string]func(d *desk){
		events.AGTAutoReleaseLine:  func(d *desk) { d.notified(hungUp(timed)) },
		events.AGTDialFailed:       func(d *desk) { d.notified(events.DialFailedData{WrapupDetails: timed, SessionID: "S"}) },
		events.AGTReleaseLine:      func(d *desk) { d.answered(events.AGTReleaseLine, wrapup) },
		events.AGTPreviewCancel:    func(d *desk) { d.answered(events.AGTPreviewCancel, wrapup) },
		events.AGTLostNailing:      func(d *desk) { d.answered(events.AGTLostNailing, wrapup) },
		events.AGTCompleteTransfer: func(d *desk) { d.answered(events.AGTCompleteTransfer, transfer) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.talk()
				begins(d)
				d.notified(callIs(events.Wrapup))
				time.Sleep(30*time.Second - time.Nanosecond)
				d.want()
				time.Sleep(time.Nanosecond)
				d.want(wrapUp)
				time.Sleep(time.Hour)
				d.want() // once is enough
			})
		})
	}
}

func TestWrapupDetailsThatStartNoTimer(t *testing.T) {
	for name, begins := range map[string]func(d *desk){
		"no limit": func(d *desk) { d.notified(hungUp(untimed)) },
		"refused": func(d *desk) {
			d.answered(events.AGTReleaseLine, events.WrapupResult{Result: events.AlreadyDisconnected})
		},
		"nothing to do": func(d *desk) { d.answered(events.AGTLostNailing, events.WrapupResult{}) },
		"refused transfer": func(d *desk) {
			d.answered(events.AGTCompleteTransfer, events.TransferResult{CanDispose: true, Result: 421})
		},
		"given to an agent": func(d *desk) {
			d.answered(events.AGTCompleteTransfer, events.TransferResult{WrapupDetails: &timed, SessionID: "S"})
		},
		"an end without limit after one with": func(d *desk) { d.notified(hungUp(timed), hungUp(untimed)) },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.talk()
				begins(d)
				d.notified(callIs(events.Wrapup))
				time.Sleep(24 * time.Hour)
				d.want()
			})
		})
	}
}

func TestAnsweringMachineIsWrappedUpAtOnce(t *testing.T) {
	inBubble(t, Manual{}, func(d *desk) {
		d.talk()
		d.notified(hungUp(machine))
		d.want(sent{events.AGTWrapupContact, events.WrapupParams{CompletionCode: machine.DefaultCompCode, SessionID: "S"}})
	})
}

func TestWrapupIsExtended(t *testing.T) {
	inBubble(t, Manual{}, func(d *desk) {
		d.talk()
		d.notified(hungUp(timed), callIs(events.Wrapup))
		time.Sleep(29 * time.Second)
		d.press(events.AGTExtendWrapup)
		time.Sleep(2 * time.Second)
		d.want() // the extension has no answer yet
		d.answered(events.AGTExtendWrapup, events.WrapupResult{
			WrapupDetails: &events.WrapupData{ACWMaxTime: 10, DefaultCompCode: sold}, SessionID: "S",
		})
		time.Sleep(10*time.Second - time.Nanosecond)
		d.want()
		time.Sleep(time.Nanosecond)
		d.want(wrapUp)
	})
}

// What the agent pressed in the last moment goes first; when it is refused the
// duty is still there.
func TestWrapupWaitsForTheAgentsOwnCommand(t *testing.T) {
	for command, refusal := range map[string]any{
		events.AGTWrapupContact: events.SessionResult{SessionID: "S", Result: events.WrapupInvalidCode},
		events.AGTRedial:        events.SessionResult{SessionID: "S", Result: events.RedialInvalidAddress},
		events.AGTExtendWrapup:  events.WrapupResult{SessionID: "S", Result: events.NotInThisState},
	} {
		t.Run(command, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.talk()
				d.notified(hungUp(timed), callIs(events.Wrapup))
				d.press(command)
				time.Sleep(31 * time.Second)
				d.want()
				d.answered(command, refusal)
				d.want(wrapUp)
			})
		})
	}
}

func TestWrapupTimerIsStopped(t *testing.T) {
	for name, stops := range map[string]func(d *desk){
		"wrapped up":            func(d *desk) { d.answered(events.AGTWrapupContact, events.SessionResult{SessionID: "S"}) },
		"redialled":             func(d *desk) { d.answered(events.AGTRedial, events.SessionResult{SessionID: "S"}) },
		"done by the leader":    func(d *desk) { d.notified(callIs(events.Idle)) },
		"a consult that waited": func(d *desk) { d.notified(events.ConsultData{SessionID: "T"}, callIs(events.Consult)) },
		"logged out":            func(d *desk) { d.mu.Lock(); d.end(); d.mu.Unlock() },
		"logged on anew":        func(d *desk) { d.mu.Lock(); d.begin(); d.mu.Unlock() },
		// The answer comes with the state that follows, so nothing may be sent in
		// between though the time is over.
		"wrapped up in the last moment": func(d *desk) {
			d.press(events.AGTWrapupContact)
			time.Sleep(time.Minute)
			d.answered(events.AGTWrapupContact, events.SessionResult{SessionID: "S"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.talk()
				d.notified(hungUp(timed), callIs(events.Wrapup))
				stops(d)
				time.Sleep(time.Hour)
				d.want()
			})
		})
	}
}

// A session that is resumed is told its state anew, with the time that is left.
func TestResumedSession(t *testing.T) {
	inBubble(t, Manual{}, func(d *desk) {
		left := timed
		left.ACWMaxTime = 4
		d.notified(ready(), called(events.POMContact{ContactType: events.ContactPreview, PreviewTime: 1, DefaultNumber: &events.POMContactNumber{Number: "1"}}),
			nailing(events.NailedUp), hungUp(left), callIs(events.Wrapup))
		time.Sleep(4*time.Second - time.Nanosecond)
		d.want() // nothing is offered to the nailer, nothing is dialled
		time.Sleep(time.Nanosecond)
		d.want(wrapUp)
	})
}

// TestPreviewIsDialled: at the end of its time, a callback without time at once
// (reading 22).
func TestPreviewIsDialled(t *testing.T) {
	home := events.POMContactNumber{Name: "Home", Number: "1"}
	contact := func(kind events.POMContactType, seconds int) events.POMContact {
		return events.POMContact{
			ContactType: kind, PreviewTime: seconds, DefaultNumber: &home,
			Numbers: []events.POMContactNumber{{Name: "Work", Number: "2"}, home},
		}
	}
	forbidden := contact(events.ContactCallback, 0)
	forbidden.DefaultNumber = nil
	dial := []sent{{events.AGTPreviewDial, events.PreviewDialParams{ContactNumber: home, SessionID: "S"}}}
	for name, c := range map[string]struct {
		contact events.POMContact
		state   events.POMCallState
		after   time.Duration
		want    []sent
	}{
		"timed":            {contact(events.ContactPreview, 20), events.Preview, 20 * time.Second, dial},
		"timed callback":   {contact(events.ContactCallback, 5), events.Callback, 5 * time.Second, dial},
		"callback at once": {contact(events.ContactCallback, 0), events.Callback, 0, dial},
		"no limit":         {contact(events.ContactPreview, 0), events.Preview, 24 * time.Hour, nil},
		"no number":        {forbidden, events.Callback, 24 * time.Hour, nil},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.notified(called(c.contact), callIs(c.state))
				if c.after > 0 {
					time.Sleep(c.after - time.Nanosecond)
					d.want()
					time.Sleep(time.Nanosecond)
				}
				d.want(c.want...)
				time.Sleep(24 * time.Hour)
				d.want()
			})
		})
	}
}

func TestPreviewTimerIsStopped(t *testing.T) {
	for name, stops := range map[string]func(d *desk){
		"dialled":            func(d *desk) { d.answered(events.AGTPreviewDial, events.SessionResult{SessionID: "S"}) },
		"dialled, told late": func(d *desk) { d.notified(callIs(events.Dialing)) },
		"cancelled": func(d *desk) {
			d.answered(events.AGTPreviewCancel, events.WrapupResult{WrapupDetails: &untimed, SessionID: "S"})
		},
		"dialled in the last moment": func(d *desk) {
			d.press(events.AGTPreviewDial)
			time.Sleep(time.Hour)
			d.answered(events.AGTPreviewDial, events.SessionResult{SessionID: "S"})
		},
		"cancelled in the last moment": func(d *desk) {
			d.press(events.AGTPreviewCancel)
			time.Sleep(time.Hour)
			d.answered(events.AGTPreviewCancel, events.WrapupResult{WrapupDetails: &untimed, SessionID: "S"})
		},
		"expired":    func(d *desk) { d.notified(callIs(events.Idle)) },
		"logged out": func(d *desk) { d.mu.Lock(); d.end(); d.mu.Unlock() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.notified(called(events.POMContact{
					ContactType: events.ContactPreview, PreviewTime: 20, DefaultNumber: &events.POMContactNumber{Number: "1"},
				}), callIs(events.Preview))
				stops(d)
				time.Sleep(time.Hour)
				d.want()
			})
		})
	}
}

// A state that is told once more starts no new time.
func TestPreviewIsToldTwice(t *testing.T) {
	inBubble(t, Manual{}, func(d *desk) {
		number := events.POMContactNumber{Name: "Home", Number: "1"}
		d.notified(called(events.POMContact{PreviewTime: 20, DefaultNumber: &number}), callIs(events.Preview))
		number.Number = "the contact is the handler's"
		time.Sleep(15 * time.Second)
		d.notified(callIs(events.Preview))
		time.Sleep(5 * time.Second)
		d.want(sent{events.AGTPreviewDial, events.PreviewDialParams{
			ContactNumber: events.POMContactNumber{Name: "Home", Number: "1"}, SessionID: "S",
		}})
	})
}

// A timer that goes off while the answer is being taken has come too late.
func TestTimerThatLosesTheRace(t *testing.T) {
	inBubble(t, Manual{}, func(d *desk) {
		d.notified(hungUp(timed), callIs(events.Wrapup))
		d.mu.Lock()
		time.Sleep(30 * time.Second)
		d.duties.notified(callIs(events.Idle), 7)
		d.mu.Unlock()
		d.want()
	})
}

// lose is a call that ends without a hand of the agent.
func (d *desk) lose(w events.WrapupData) {
	d.talk()
	d.notified(hungUp(w), callIs(events.Wrapup))
	time.Sleep(time.Hour)
	d.notified(callIs(events.Idle))
	synctest.Wait()
}

// TestWalkAway: two calls without a sign of the agent (reading 26).
func TestWalkAway(t *testing.T) {
	for name, c := range map[string]struct {
		calls func(d *desk)
		want  int
	}{
		"two calls":                {func(d *desk) { d.lose(timed); d.lose(timed) }, 1},
		"one call":                 {func(d *desk) { d.lose(timed) }, 0},
		"three":                    {func(d *desk) { d.lose(timed); d.lose(timed); d.lose(timed) }, 1},
		"a sign in the second":     {func(d *desk) { d.lose(timed); d.talk(); d.press(events.AGTHoldCall); d.lose(timed) }, 0},
		"a sign in the first":      {func(d *desk) { d.talk(); d.press(events.AGTHoldCall); d.lose(timed); d.lose(timed) }, 0},
		"a sign between them":      {func(d *desk) { d.lose(timed); d.press(events.AGTStateChange); d.lose(timed) }, 0},
		"a sign before the first":  {func(d *desk) { d.press(events.AGTStateChange); d.lose(timed); d.lose(timed) }, 1},
		"a sign, then two without": {func(d *desk) { d.talk(); d.press(events.AGTHoldCall); d.lose(timed); d.lose(timed); d.lose(timed) }, 1},
		"what a desktop asks by itself is no sign": {func(d *desk) {
			for range 2 {
				d.press(events.AGTGetCustomerDetails)
				d.press(events.AGTGetCompCodes)
				d.underWay = ""
				d.lose(timed)
			}
		}, 1},
		"answering machines do not count": {func(d *desk) { d.lose(machine); d.lose(machine); d.lose(machine) }, 0},
		"nor do they interrupt":           {func(d *desk) { d.lose(timed); d.lose(machine); d.lose(timed) }, 1},
		"not ready already": {func(d *desk) {
			d.lose(timed)
			d.notified(events.StateChangedData{AgentState: events.PendingNotReady})
			d.lose(timed)
		}, 0},
		"a redial is the same call": {func(d *desk) {
			d.talk()
			d.notified(hungUp(timed), callIs(events.Wrapup))
			d.press(events.AGTRedial)
			d.answered(events.AGTRedial, events.SessionResult{SessionID: "S"})
			d.notified(callIs(events.Dialing))
			d.lose(timed)
			d.lose(timed)
		}, 0},
		"straight into a callback": {func(d *desk) {
			d.lose(timed)
			d.talk()
			d.notified(hungUp(timed), callIs(events.Wrapup), called(events.POMContact{PreviewTime: 600}), callIs(events.Callback))
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{AvailableForNailup: true}, func(d *desk) {
				d.notified(ready())
				c.calls(d)
				d.mu.Lock()
				defer d.mu.Unlock()
				got := 0
				for _, s := range d.sent {
					if reflect.DeepEqual(s, walkAway) {
						got++
					}
				}
				if got != c.want {
					t.Errorf("walked away %d times, want %d: %+v", got, c.want, d.sent)
				}
			})
		})
	}
}

func TestNailingIsOffered(t *testing.T) {
	available := func(code events.Code) func(d *desk) {
		return func(d *desk) { d.answered(events.AGTAvailableForNailup, events.ResultData{Result: code}) }
	}
	notReady := events.StateChangedData{AgentState: events.NotReady}
	for name, c := range map[string]struct {
		day  func(d *desk)
		want []sent
	}{
		"not before Ready": {func(d *desk) { d.notified(notReady, nailing(events.NotNailedUp)) }, nil},
		"at the first Ready only": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp), ready(), notReady, ready(), nailing(events.NotNailedUp))
		}, []sent{offer}},
		"when the nailing is asked for": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp), ready(), nailing(events.PendingNailup), nailing(events.NotNailedUp), nailing(events.PendingNailup))
		}, []sent{offer, allow, allow}},
		"resumed without nailing": {func(d *desk) { d.notified(ready(), nailing(events.NotNailedUp)) }, []sent{offer}},
		"resumed with nailing":    {func(d *desk) { d.notified(ready(), nailing(events.NailedUp), nailing(events.NailingLost)) }, nil},
		"nailed up after a move": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp))
			d.answered(events.AGTNailupAgent, events.ResultData{})
			d.notified(ready())
		}, nil},
		"no move": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp))
			d.answered(events.AGTNailupAgent, events.ResultData{Result: events.NotInThisState})
			d.notified(ready())
		}, []sent{offer}},
		"no answer": {func(d *desk) {
			d.notified(nailing(events.NotNailedUp), ready())
			available(events.POMNotAvailableCode)(d)
		}, []sent{offer, offer}},
		"Ready was over": {func(d *desk) {
			d.notified(nailing(events.NotNailedUp), ready(), notReady)
			available(events.NotInThisState)(d)
			d.notified(ready())
		}, []sent{offer, offer}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				c.day(d)
				d.want(c.want...)
			})
		})
	}
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

func TestCompletionCodesAreKept(t *testing.T) {
	codes := []events.POMCompletionCode{sold}
	fetched := events.CompCodesResult{CompletionCodes: codes, SessionID: "S"}
	spring := called(events.POMContact{CampaignName: "spring"})
	for name, c := range map[string]struct {
		then func(d *desk)
		kept bool
	}{
		"for the call":          {func(*desk) {}, true},
		"for its wrap-up":       {func(d *desk) { d.notified(callIs(events.Wrapup)) }, true},
		"for the next call":     {func(d *desk) { d.notified(callIs(events.Idle), spring, callIs(events.Talking)) }, true},
		"not between two calls": {func(d *desk) { d.notified(callIs(events.Idle)) }, false},
		"not while it is held":  {func(d *desk) { d.notified(callIs(events.Held)) }, false},
		"not for another campaign": {func(d *desk) {
			d.notified(callIs(events.Idle), called(events.POMContact{CampaignName: "autumn"}), callIs(events.Talking))
		}, false},
		"not after another job": {func(d *desk) { d.notified(events.JobAttachedData{CampaignName: "spring"}) }, false},
		"not after a wrong code": {func(d *desk) {
			d.answered(events.AGTWrapupContact, events.SessionResult{Result: events.WrapupInvalidCode})
		}, false},
		"not after a logon": {func(d *desk) { d.begin(); d.notified(spring, callIs(events.Talking)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.notified(spring, callIs(events.Talking))
				if _, kept := d.keptCodes("S"); kept {
					t.Error("codes are kept before they were fetched")
				}
				d.answered(events.AGTGetCompCodes, fetched)
				c.then(d)
				got, kept := d.keptCodes("S")
				if kept != c.kept || kept && !slices.Equal(got, codes) {
					t.Errorf("kept %v, %v; want %v", got, kept, c.kept)
				}
				if _, kept := d.keptCodes("another"); kept {
					t.Error("codes of another call are given out")
				}
			})
		})
	}
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
		events.AGTWrapupContact, events.AGTWrapupContact, events.AGTStateChange, "kept codes",
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
			a.event(events.Event{Kind: events.KindResponse, Name: events.RESP(events.AGTLogon), Cause: "other.1", Data: events.ResultData{}})
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
