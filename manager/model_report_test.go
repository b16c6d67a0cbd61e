package manager

import (
	"maps"
	"reflect"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// reports is what the reports make of the feed. It checks them against what a
// reader counts who knows neither intervals nor campaigns.
type reports struct {
	// whole folds the log in one go. Cut is stored after every event, as a database
	// stores it, and begins anew from there now and then.
	whole, cut *tally.Fold
	wholeRows  tally.Rows
	cutRows    tally.Rows
	open       map[tally.Item][]byte

	spent map[string]*spent
	// dispositions, attempts and answers count the facts, promises the callbacks that
	// agents have created.
	dispositions, attempts, answers, promises int64
	// handled counts what subjects.md has a wallboard count: the sessions with a
	// disposition, an agent and a live answer. Live are the sessions that have one.
	handled int64
	live    map[string]bool
}

// spent is how long an agent was logged on, and in which call state, in
// milliseconds.
type spent struct {
	loggedOn bool
	state    events.POMCallState
	since    int64
	total    int64
	states   map[events.POMCallState]int64
}

func newReports() *reports {
	return &reports{
		whole: tally.New(), cut: tally.New(), wholeRows: reporttest.NoRows(), cutRows: reporttest.NoRows(),
		open: map[tally.Item][]byte{}, spent: map[string]*spent{}, live: map[string]bool{},
	}
}

func (r *reports) read(t tester, turn []events.Event) {
	t.Helper()
	for i := range turn {
		e := &turn[i]
		if err := r.whole.Apply(e); err != nil {
			t.Fatalf("the reports cannot go on: %v", err)
		}
		r.readCut(t, e)
		r.count(e)
	}
}

// readCut stores what an event changes, and begins anew from there now and then,
// in the middle of a turn too.
func (r *reports) readCut(t tester, e *events.Event) {
	t.Helper()
	if err := r.cut.Apply(e); err != nil {
		t.Fatalf("the reports cannot go on from what they stored: %v", err)
	}
	changes, err := r.cut.Take()
	if err != nil {
		t.Fatalf("%v", err)
	}
	reporttest.AddRows(&r.cutRows, changes.Rows)
	for item, state := range changes.Open {
		if r.open[item] = state; state == nil {
			delete(r.open, item)
		}
	}
	if e.ZN%7 == 0 {
		if r.cut, err = tally.Restore(changes.Mark, r.open); err != nil {
			t.Fatalf("%v", err)
		}
	}
}

// count is the reader's own counting.
func (r *reports) count(e *events.Event) {
	at := e.At / 1000
	s := r.spent[e.Agent]
	if s == nil {
		s = &spent{states: map[events.POMCallState]int64{}}
		r.spent[e.Agent] = s
	}
	if s.loggedOn {
		s.total += at - s.since
		s.states[s.state] += at - s.since
	}
	s.since = at
	r.countFacts(e)
	switch d := e.Data.(type) {
	case events.CallStateData:
		s.loggedOn, s.state = true, d.CallState
	case events.NoData:
		if e.Name == events.AGTAgentLoggedOut {
			s.loggedOn = false
		}
	}
}

func (r *reports) countFacts(e *events.Event) {
	switch d := e.Data.(type) {
	case events.SessionResult:
		// An answer that is given again is alone in its turn.
		if e.Name == events.RESP(events.AGTCreateCallback) && e.Index > 0 && d.Result == events.Success {
			r.promises++
		}
	case events.CallbackEndedData:
		if d.Reason == events.CallbackRescheduled {
			r.promises-- // the same one, for another time
		}
	case events.ContactDialedData, events.NumberDialedData:
		r.attempts++
	case events.LegData:
		if e.Name == events.CallAnswered {
			r.answers++
			r.live[e.Session] = true
		}
	case events.CallEndedData:
		if d.Machine {
			delete(r.live, e.Session)
		}
	case events.DispositionData:
		r.dispositions++
		if r.live[e.Session] {
			r.handled++
		}
	}
}

// check checks all rows, with what is still open.
func (r *reports) check(t tester) {
	t.Helper()
	changes, err := r.whole.Take()
	if err != nil {
		t.Fatalf("%v", err)
	}
	reporttest.AddRows(&r.wholeRows, changes.Rows)
	if !reflect.DeepEqual(r.wholeRows, r.cutRows) {
		t.Errorf("the rows depend on where the log was cut")
	}
	rows := reporttest.NoRows()
	reporttest.AddRows(&rows, r.wholeRows)
	reporttest.AddRows(&rows, r.whole.Open())
	checkRows(t, rows)
	r.checkSums(t, rows)
}

// checkRows checks what holds in every interval: the times make up the staffed
// time, in two ways, and a part is not greater than its whole.
func checkRows(t tester, rows tally.Rows) {
	t.Helper()
	notReady := map[tally.Key]int64{}
	for l, ms := range rows.NotReady {
		notReady[l.Key] += ms
	}
	for k, f := range rows.Figures {
		for m, value := range f {
			if value < 0 {
				t.Errorf("%+v: %s is %d", k, tally.Metrics()[m].Name, value)
			}
		}
		staffed := f[tally.Staffed]
		byState := f[tally.Ready] + f[tally.PendingNotReady] + f[tally.NotReady]
		byActivity := f[tally.Idle] + f[tally.Unavailable] + f[tally.Inbound] + f[tally.Preview] + f[tally.Dialing] +
			f[tally.Talk] + f[tally.Hold] + f[tally.Wrapup] + f[tally.Assist]
		if staffed != byState || staffed != byActivity || staffed > tally.Base*1000 {
			t.Errorf("%+v: staffed %d ms, by state %d, by activity %d", k, staffed, byState, byActivity)
		}
		if f[tally.NailedIdle] > f[tally.Idle] || f[tally.Conference] > f[tally.Talk] || f[tally.Consult] > f[tally.Hold] ||
			f[tally.Abandoned] > f[tally.LiveAnswers] || notReady[k] != f[tally.NotReady] {
			t.Errorf("%+v: a part is more than the whole: %v", k, f)
		}
	}
}

// checkSums checks the sums over all intervals against the reader's counting.
func (r *reports) checkSums(t tester, rows tally.Rows) {
	t.Helper()
	agents, all := map[string]*tally.Figures{}, tally.Figures{}
	for k, f := range rows.Figures {
		if agents[k.Agent] == nil {
			agents[k.Agent] = &tally.Figures{}
		}
		agents[k.Agent].Add(f)
		all.Add(f)
	}
	now := r.whole.At() / 1000
	for id, s := range r.spent {
		total, states := s.total, maps.Clone(s.states)
		if s.loggedOn {
			total += now - s.since
			states[s.state] += now - s.since
		}
		f := agents[id]
		if f == nil {
			f = &tally.Figures{}
		}
		if f[tally.Staffed] != total || f[tally.Wrapup] != states[events.Wrapup] || f[tally.Dialing] != states[events.Dialing] ||
			f[tally.Preview] != states[events.Preview]+states[events.Callback] ||
			f[tally.Talk] != states[events.Talking]+states[events.ConferenceOwner] ||
			f[tally.Hold]+f[tally.Assist] != states[events.Held]+states[events.Consult]+states[events.ConferencePassive] {
			t.Errorf("%q was logged on %d ms, in states %v; the reports have %v", id, total, states, f)
		}
	}
	var dispositions int64
	for _, n := range rows.Dispositions {
		dispositions += n
	}
	known := all[tally.LiveAnswers] + all[tally.MachineAnswers] + all[tally.Busy] + all[tally.NoAnswer] + all[tally.Failed]
	if dispositions != r.dispositions || all[tally.Attempts] != r.attempts || known > r.attempts ||
		all[tally.LiveAnswers]+all[tally.MachineAnswers] != r.answers ||
		all[tally.CallbacksScheduled] != r.promises || all[tally.ContactsHandled]-all[tally.TransferredIn] != r.handled ||
		all[tally.CallbacksKept]+all[tally.CallbacksExpired] > all[tally.CallbacksScheduled] {
		t.Errorf("%d dispositions, %d attempts, %d answers, %d callbacks, %d handled; the reports have %d and %v",
			r.dispositions, r.attempts, r.answers, r.promises, r.handled, dispositions, all)
	}
}
