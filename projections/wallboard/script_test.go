package wallboard

import (
	"log/slog"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

const spring = "Spring renewal"

var quiet = slog.New(slog.DiscardHandler)

// morning is when a script begins.
var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// script makes the events of a zone, numbered as a leader numbers them.
type script struct {
	t      *testing.T
	apply  func(*events.Event)
	at     time.Time
	zn     uint64
	turn   uint64
	agents map[string]uint64
}

func newScript(t *testing.T, apply func(*events.Event)) *script {
	return &script{t: t, apply: apply, at: morning, agents: map[string]uint64{}}
}

// foldScript is a script for a fold of its own.
func foldScript(t *testing.T) (*script, *fold) {
	f := newFold(map[string]string{"1001": "Ada Osei", "1002": "Ben Hartmann"})
	return newScript(t, func(e *events.Event) {
		if err := f.apply(e); err != nil {
			t.Fatalf("event %d, %s: %v", e.ZN, e.Name, err)
		}
	}), f
}

func (s *script) later(d time.Duration) *script {
	s.at = s.at.Add(d)
	return s
}

// turnOf has one turn happen.
func (s *script) turnOf(list ...events.Event) *script {
	s.t.Helper()
	s.turn++
	for i, e := range list {
		s.zn++
		e.Zone, e.Turn, e.Index, e.ZN, e.At = "main", s.turn, i, s.zn, s.at.UnixMicro()
		if e.Kind != events.KindFact && e.Kind != events.KindSwitch {
			s.agents[e.Agent]++
			e.N = s.agents[e.Agent]
		}
		s.apply(&e)
	}
	return s
}

func (s *script) fact(name, job, session string, data any) *script {
	s.t.Helper()
	return s.turnOf(events.Event{Kind: events.KindFact, Name: name, Job: job, Session: session, Data: data})
}

func ntf(agent, name string, data any) events.Event {
	return events.Event{Kind: events.KindNotification, Agent: agent, Name: name, Data: data}
}

func (s *script) notify(agent, name string, data any) *script {
	s.t.Helper()
	return s.turnOf(ntf(agent, name, data))
}

func (s *script) logon(agent string) *script {
	s.t.Helper()
	return s.turnOf(
		events.Event{Kind: events.KindCommand, Agent: agent, Name: events.AGTLogon, Data: events.LogonParams{}},
		events.Event{Kind: events.KindResponse, Agent: agent, Name: events.RESP(events.AGTLogon), Data: events.LogonResult{}})
}

func (s *script) state(agent string, state events.POMAgentState, reason string) *script {
	s.t.Helper()
	return s.notify(agent, events.AGTStateChangedNotify, events.StateChangedData{AgentState: state, ReasonName: reason})
}

func (s *script) callState(agent string, state events.POMCallState) *script {
	s.t.Helper()
	return s.notify(agent, events.AGTCallStateChangedNotify, events.CallStateData{CallState: state})
}

func (s *script) nailing(agent string, status events.POMNailupStatus) *script {
	s.t.Helper()
	return s.notify(agent, events.AGTNailupChange, events.NailupData{NailupStatus: status})
}

// available brings an agent to a campaign.
func (s *script) available(agent, job string) *script {
	s.t.Helper()
	return s.logon(agent).state(agent, events.Ready, "").callState(agent, events.Idle).nailing(agent, events.NailedUp).
		notify(agent, events.AGTJobAttached, events.JobAttachedData{CampaignName: job})
}

// campaign starts one.
func (s *script) campaign(name string) *script {
	s.t.Helper()
	return s.fact(events.CampaignConfigured, name, "", events.Campaign{Name: name, Mode: events.ContactPredictive, AbandonLimit: 30}).
		fact(events.CampaignStarted, name, "", events.NoData{})
}

func (s *script) dial(job, session string) *script {
	s.t.Helper()
	return s.fact(events.ContactDialed, job, session, events.ContactDialedData{})
}

func (s *script) answer(job, session string) *script {
	s.t.Helper()
	return s.fact(events.CallAnswered, job, session, events.LegData{})
}

// talk gives an agent a call.
func (s *script) talk(agent, job, session string) *script {
	s.t.Helper()
	s.dial(job, session).answer(job, session)
	return s.turnOf(
		events.Event{
			Kind: events.KindFact, Name: events.CallConnected, Agent: agent, Job: job, Session: session,
			Data: events.CallConnectedData{AgentID: agent},
		},
		ntf(agent, events.AGTCallNotify, events.ContactData{SessionID: session}),
		ntf(agent, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}))
}

func (s *script) end(job, session string, d events.CallEndedData) *script {
	s.t.Helper()
	return s.fact(events.CallEnded, job, session, d)
}

func (s *script) dispose(job, session string) *script {
	s.t.Helper()
	return s.fact(events.Disposition, job, session, events.DispositionData{})
}
