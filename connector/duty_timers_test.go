package connector

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

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
		"to be called later": func(d *desk) { d.answered(events.AGTCreateCallback, events.SessionResult{SessionID: "S"}) },
		"to be called later, in the last moment": func(d *desk) {
			d.press(events.AGTCreateCallback)
			time.Sleep(time.Hour)
			d.answered(events.AGTCreateCallback, events.SessionResult{SessionID: "S"})
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
