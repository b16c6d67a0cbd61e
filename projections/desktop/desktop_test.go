package desktop

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// screen is a fold that is given events as the feed has them.
type screen struct {
	t    *testing.T
	fold Fold
	turn uint64
	n    uint64
	at   int64
}

func newScreen(t *testing.T) *screen {
	s := &screen{t: t, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).UnixMicro()}
	s.command(events.AGTLogon, events.LogonParams{}, events.LogonResult{})
	return s
}

func (s *screen) event(kind events.Kind, name string, data any) {
	s.t.Helper()
	s.n++
	e := events.Event{
		Zone: "main", Turn: s.turn, ZN: 2 * s.n, At: s.at, Kind: kind, Name: name, Agent: "1001", N: s.n,
		Cause: fmt.Sprint("desk.", s.turn), Data: data,
	}
	if err := s.fold.Apply(&e); err != nil {
		s.t.Fatal(err)
	}
}

// command is a turn with a command and its answer, one second later.
func (s *screen) command(name string, params, result any) {
	s.t.Helper()
	s.turn, s.at = s.turn+1, s.at+second
	s.event(events.KindCommand, name, params)
	s.event(events.KindResponse, events.RESP(name), result)
}

func (s *screen) notify(name string, data any) {
	s.t.Helper()
	s.event(events.KindNotification, name, data)
}

func (s *screen) call(state events.POMCallState) {
	s.t.Helper()
	s.notify(events.AGTCallStateChangedNotify, events.CallStateData{CallState: state})
}

func (s *screen) view() View {
	v, _ := s.fold.View()
	return v
}

// shows checks the fields whose names begin so.
func (s *screen) shows(prefix, want string) {
	s.t.Helper()
	var got []string
	for _, f := range s.view().Fields() {
		if strings.HasPrefix(f.Name, prefix) {
			value := fmt.Sprint(f.Value)
			if at, isTime := f.Value.(time.Time); isTime {
				value = at.Format("15:04:05")
			}
			got = append(got, f.Name+"="+value)
		}
	}
	if strings.Join(got, " ") != want {
		s.t.Errorf("shows %s, want %s", strings.Join(got, " "), want)
	}
}

func TestBeforeALogonNothingIsKnown(t *testing.T) {
	var f Fold
	if _, known := f.View(); known {
		t.Error("an agent nobody has heard of is known")
	}
	e := events.Event{Kind: events.KindNotification, Name: events.AGTJobAttached, Agent: "1001", N: 700, Data: events.JobAttachedData{}}
	if err := f.Apply(&e); err != nil {
		t.Fatal(err)
	}
	if _, known := f.View(); known {
		t.Error("known in the middle of a session: what was before is not")
	}
	e.N = 702
	if f.Apply(&e) == nil {
		t.Error("an event is missing and nobody noticed")
	}
}

func TestTheCustomerIsThereAsTheDesktopHasAsked(t *testing.T) {
	s := newScreen(t)
	ada := events.POMContact{ContactID: "C1", FirstName: "Ada", Numbers: []events.POMContactNumber{{Name: "home", Number: "5550001"}}}
	s.notify(events.AGTCallNotify, events.ContactData{SessionID: "S1", Contact: ada})
	s.call(events.Talking)
	s.shows("contact", "contact.contactID=C1 contact.firstName=Ada contact.contactNumbers[home]=5550001")
	s.shows("details", "")
	s.command(events.AGTGetCustomerDetails, events.SessionParams{SessionID: "S1"}, events.CustomerDetailsResult{
		SessionID: "S1", CustomerDetails: &events.POMCustomerDetails{ContactID: "C1", Attributes: []events.POMAttribute{
			{Name: "Mood", Type: events.AttributeWrite}, {Name: "PIN", Value: "****", Type: events.AttributeMaskedWrite},
		}},
	})
	s.shows("details.attributes", "details.attributes[Mood]= details.attributes[PIN]=****")
	before := s.view()
	set := events.SetCustomerDetailParams{KeyValuePair: events.POMKeyValuePair{Key: "Mood", Value: "merry"}, SessionID: "S1"}
	s.command(events.AGTSetCustomerDetail, set, events.SessionResult{Result: events.AttributeInvalidValue})
	s.shows("details.attributes[M", "details.attributes[Mood]=")
	s.command(events.AGTSetCustomerDetail, set, events.SessionResult{})
	s.shows("details.attributes[M", "details.attributes[Mood]=merry")
	s.notify(events.AGTCustomerDetailsChanged, events.CustomerDetailsChangedData{Attribute: events.POMAttribute{Name: "Mood", Value: "sad"}})
	s.shows("details.attributes[M", "details.attributes[Mood]=sad")
	if before.Details.Attributes[0].Value != "" {
		t.Error("a view has changed after it was returned")
	}
	// Told again, as to a desktop that showed something else: the same contact.
	s.notify(events.AGTCallNotify, events.ContactData{SessionID: "S1", Contact: ada})
	s.shows("details.attributes[P", "details.attributes[PIN]=****")
	// Another desktop takes over: its screen is empty until it is told.
	s.command(events.AGTLogon, events.LogonParams{}, events.LogonResult{})
	s.shows("contact", "")
	s.notify(events.AGTCallNotify, events.ContactData{SessionID: "S1", Contact: ada})
	s.shows("contact.first", "contact.firstName=Ada")
	s.shows("details", "")
	s.call(events.Idle)
	s.shows("contact", "")
}

func TestTheClocksOnTheScreen(t *testing.T) {
	s := newScreen(t) // 09:00:01
	s.notify(events.AGTCallNotify, events.ContactData{SessionID: "S1", Contact: events.POMContact{ContactID: "C1", PreviewTime: 30}})
	s.call(events.Preview)
	s.shows("previewEnds", "previewEnds=09:00:31")
	if left := Remaining(s.view().PreviewEnds, time.UnixMicro(s.at+10*second)); left != 20*time.Second {
		t.Errorf("%s are left", left)
	}
	if left := Remaining(s.view().PreviewEnds, time.UnixMicro(s.at+100*second)); left != 0 {
		t.Errorf("%s are left", left)
	}
	s.call(events.Dialing)
	s.shows("previewEnds", "")
	s.notify(events.AGTDialFailed, events.DialFailedData{WrapupDetails: events.WrapupData{ACWMaxTime: 20, ACWExtendable: true}})
	s.call(events.Wrapup)
	s.shows("wrapup", "wrapup.acwMaxTime=20 wrapup.acwExtendable=true wrapupEnds=09:00:21")
	s.command(events.AGTExtendWrapup, events.SessionParams{}, events.WrapupResult{WrapupDetails: &events.WrapupData{ACWMaxTime: 20}})
	s.shows("wrapup", "wrapup.acwMaxTime=20 wrapupEnds=09:00:22")
	s.notify(events.AGTAutoReleaseLine, events.AutoReleaseData{WrapupDetails: events.WrapupData{DefaultCompCode: events.POMCompletionCode{Code: "AUTO"}}})
	s.shows("wrapup", "wrapup.defaultCompCode.code=AUTO") // untimed
	s.call(events.Idle)
	s.shows("wrapup", "")
	s.notify(events.AGTZoneDown, events.ZoneDownData{ZoneName: "main", GracePeriodInMillis: 5000})
	s.shows("zoneDownAt", "zoneDownAt=09:00:07")
}

func TestAConsultOnBothScreens(t *testing.T) {
	owner, party := newScreen(t), newScreen(t)
	consult := events.ConsultParams{SessionID: "S1", Destination: events.POMDestination{Type: events.DestinationAgent, ID: "1002"}}
	ask := func() {
		owner.command(events.AGTConsultCall, consult, events.SessionResult{SessionID: "S1"})
		owner.call(events.Consult)
		party.notify(events.AGTConsultNotify, events.ConsultData{SessionID: "S1", RequestingAgentID: "1001"})
		party.call(events.Consult)
	}
	owner.call(events.Talking)
	owner.command(events.AGTConsultCall, consult, events.SessionResult{Result: events.ConsultNotReady})
	owner.shows("consult", "")
	ask()
	owner.shows("consult", "consult.destinationType=Agent consult.id=1002")
	party.shows("consult", "consultedBy=1001")
	owner.command(events.AGTCancelConsult, events.CancelConsultParams{}, events.SessionResult{})
	party.notify(events.AGTConsultCancelled, events.ConsultCancelledData{SessionID: "S1"})
	owner.shows("consult", "")
	party.shows("consult", "")
	owner.call(events.Talking)
	ask()
	owner.call(events.ConferenceOwner)
	party.notify(events.AGTConferenceNotify, events.ContactData{SessionID: "S1"})
	party.call(events.ConferencePassive)
	owner.call(events.ConferencePassive)
	party.call(events.ConferenceOwner)
	owner.shows("consult", "consultedBy=1002")
	party.shows("consult", "consult.destinationType=Agent consult.id=1001")
	party.notify(events.AGTConferenceEnded, events.SessionData{SessionID: "S1"})
	party.shows("consult", "")
	owner.call(events.Idle)
	owner.shows("consult", "")
}

func TestWhatWaits(t *testing.T) {
	s := newScreen(t)
	for _, session := range []string{"S8", "S9", "S8"} {
		s.notify(events.AGTConsultPending, events.ConsultPendingData{RequestingAgentID: "1005", SessionID: session})
	}
	s.notify(events.AGTPreviewCallbackPending, events.CallbackDueData{DueTime: "2026/03/02 10:00", SessionID: "B1"})
	s.shows("pending", "pendingConsults[1].requestingAgentID=1005 pendingConsults[1].sessionID=S8 "+
		"pendingConsults[2].requestingAgentID=1005 pendingConsults[2].sessionID=S9 pendingCallback.dueTime=2026/03/02 10:00 pendingCallback.sessionID=B1")
	s.notify(events.AGTConsultCancelled, events.ConsultCancelledData{SessionID: "S9"})
	s.notify(events.AGTConsultNotify, events.ConsultData{SessionID: "S8"})
	s.notify(events.AGTPreviewCallbackCancelled, events.CallbackDueData{SessionID: "B1"})
	s.shows("pending", "")
	s.notify(events.AGTPreviewCallbackPending, events.CallbackDueData{SessionID: "B2"})
	s.notify(events.AGTCallNotify, events.ContactData{SessionID: "B2"})
	s.shows("pending", "")
}

func TestErrorsAndAnswersThatAreMissing(t *testing.T) {
	s := newScreen(t)
	s.command(events.AGTHoldCall, events.SessionParams{}, events.SessionResult{Result: events.NotInThisState})
	s.shows("lastError", "lastError.name=AGTHoldCall lastError.id=desk.2 lastError.at=09:00:02 lastError.result=9004 "+
		"lastError.message="+s.view().LastError.Message)
	s.turn++
	s.event(events.KindCommand, events.AGTLogoff, events.NoParams{})
	s.shows("unanswered", "unanswered[1].name=AGTLogoff unanswered[1].id=desk.3 unanswered[1].at=09:00:02")
	before := s.view()
	s.event(events.KindResponse, events.RESP(events.AGTLogoff), events.ResultData{})
	s.notify(events.AGTAgentLoggedOut, events.NoData{})
	s.shows("unanswered", "")
	if len(before.Unanswered) != 1 || s.view().LastError == nil || s.view().Agent.LoggedOn {
		t.Errorf("before %+v, after %+v", before, s.view())
	}
	// The answer to a retry comes in a turn without the command.
	s.turn++
	s.event(events.KindResponse, events.RESP(events.AGTLogon), events.LogonResult{})
	if s.view().Agent.LoggedOn {
		t.Error("a repeated answer has logged the agent on")
	}
}

func TestChanges(t *testing.T) {
	s := newScreen(t)
	before := s.view()
	if changes := Changes(before, before); changes != nil {
		t.Errorf("nothing has changed, got %+v", changes)
	}
	s.notify(events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready})
	s.notify(events.AGTCapabilitiesChanged, events.CapabilitiesData{Capabilities: events.POMCapabilities{CanNotReady: true}})
	s.notify(events.GetAgentStatus, events.AgentIDData{})
	want := fmt.Sprint([]Change{
		{"agentState", events.NotReady, events.Ready}, {"capabilities", nil, "NotReady"},
	})
	if got := fmt.Sprint(Changes(before, s.view())); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := Changes(s.view(), before); len(got) != 2 || got[1].To != nil {
		t.Errorf("and back: %+v", got)
	}
}
