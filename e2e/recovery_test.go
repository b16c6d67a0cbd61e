package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
)

// The agents of TestDesktopRecovery are called after what they do when their
// desktops die. Each has a campaign and a contact of its own, but that those in a
// consult are a team.
var recovering = []string{"talking", "held", "wrapping", "looking", "owner", "third", "passive"}

func campaignOf(agent string) string {
	if slices.Contains([]string{"owner", "third", "passive"}, agent) {
		return "team"
	}
	return agent
}

// recoveryConfiguration gives each agent one contact. That of the passive agent
// never answers, and that of the looking agent waits to be dialled. All times are so
// long that none ends on a slow machine.
func recoveryConfiguration(t *testing.T, dir string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	lists := map[string]string{}
	var campaigns, agents strings.Builder
	for _, id := range recovering {
		name := campaignOf(id)
		lists[name] += fmt.Sprintf("%s,Example,%s\n", id, number(id))
		fmt.Fprintf(&agents, "  - {id: %s, name: %s, passwordHash: %q, skills: [{name: %s, level: 1}]}\n", id, id, hash, name)
	}
	for name, contacts := range lists {
		mode := events.ContactProgressive
		if name == "looking" {
			mode = events.ContactPreview
		}
		list := filepath.Join(dir, name+".csv")
		if err := os.WriteFile(list, []byte("id,lastName,phone1\n"+contacts), 0o600); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&campaigns, `  - {name: %s, zone: main, skill: %s, mode: %s, ringTimeout: 5m, contacts: %s, repeat: true, preview: {time: 10m},
     wrapup: {time: 10m, extensions: 1, defaultCode: none}, completionCodes: [{code: none, name: None}], callbacks: {types: [Agent]}}
`, name, name, mode, list)
	}
	return "zones: [{name: main, switch: sim, callbackNotice: 1h, disconnectGrace: 1h, statusAfter: 0s}]\nswitches: [{name: sim, simulator: {}}]\ncampaigns:\n" +
		campaigns.String() + "agents:\n" + agents.String()
}

// number is that of the agent's contact.
func number(agent string) string {
	last := 1
	if agent == "passive" {
		last = 9
	}
	return fmt.Sprintf("+493023125%02d%d", slices.Index(recovering, agent), last)
}

// TestDesktopRecovery kills desktops in whatever they do. The next desktop of the
// agent, another process, logs on without force, is told in order what has happened
// meanwhile, and has the call, the state, the times that are left and what waits.
func TestDesktopRecovery(t *testing.T) {
	dir := t.TempDir()
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: filepath.Join(dir, "nats")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	nc, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	phone := startPhone(t, nc)
	c := &cluster{t: t, dir: dir}
	file := filepath.Join(dir, "deskbus.yaml")
	if err := os.WriteFile(file, []byte(recoveryConfiguration(t, dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	health := natstest.Address(t)
	broker := c.member("broker", health, filepath.Join(binaries, "broker"), "--config", file, "--nats", server.URL(),
		"--http", health, "--data", filepath.Join(dir, "broker"))
	broker.start()
	c.eventually("the broker is ready", broker.ready)

	desks, sessions := startAgents(t, server.URL())
	prepare(desks, sessions)
	for _, id := range recovering {
		if id != "third" {
			desks[id].kill()
		}
	}
	begun := time.Now()
	phone.hangUp(number("talking"))
	// The second consult waits for the passive agent.
	desks["third"].do(events.AGTConsultCall, events.POMDestination{Type: events.DestinationAgent, ID: "passive"}, sessions["third"])
	time.Sleep(time.Until(begun.Add(2 * time.Second))) // so that there is a difference in the times that are left

	for _, id := range recovering {
		if id != "third" {
			desks[id] = startRemote(t, server.URL(), id)
			desks[id].logOn()
		}
	}
	missed := map[string][]string{}
	for _, id := range recovering {
		if id != "third" {
			missed[id] = resumed(t, desks[id], sessions[id])
		}
	}
	goOn(desks, sessions)
	// A desktop that lives is not replaced without force.
	another := startRemote(t, server.URL(), "held")
	another.logOn()
	another.await(events.RESP(events.AGTLogon), "7")
	desks["held"].do(events.AGTHoldCall, sessions["held"])
	broker.stop()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	log, err := logcheck.Read(t.Context(), js, "main")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range recovering {
		if a := log.State.Agents[id]; !a.LoggedOn || a.Disconnected {
			t.Errorf("%s is not there any more: %+v", id, a)
		}
		if diff := cmp.Diff(unheard(log, id), missed[id]); diff != "" {
			t.Errorf("what %s has missed (- in the log, + told):\n%s", id, diff)
		}
	}
	if n := len(log.State.Callbacks); n != 1 {
		t.Errorf("%d callbacks", n)
	}
}

// startAgents logs all agents on, each with a desktop process of its own, until
// each has its contact.
func startAgents(t *testing.T, url string) (map[string]*remote, map[string]string) {
	t.Helper()
	desks, sessions := map[string]*remote{}, map[string]string{}
	for _, id := range recovering {
		d := startRemote(t, url, id)
		d.logOn()
		d.await(events.RESP(events.AGTLogon), "0")
		d.do(events.AGTSaveAgentForHA)
		d.do(events.AGTStateChange, events.Ready, "", "", false)
		d.await(events.AGTJobAttached)
		desks[id] = d
		if id == "passive" {
			break
		}
		sessions[id] = d.await(events.AGTCallNotify).arg(1)
		state := events.Talking
		if id == "looking" {
			state = events.Preview
		}
		d.await(events.AGTCallStateChangedNotify, string(state))
	}
	return desks, sessions
}

// prepare brings each agent where its name says.
func prepare(desks map[string]*remote, sessions map[string]string) {
	talking := desks["talking"]
	talking.do(events.AGTAddAgentNote, "likes tea")
	due := time.Now().UTC().Add(30 * time.Minute).Format("2006/01/02 15:04")
	talking.do(events.AGTCreateCallback, events.CallbackAgent, events.POMCallbackDest{ID: "talking"}, due, "Europe/Berlin", "60",
		events.POMContactNumber{Name: "phone1", Number: number("talking")}, "again", sessions["talking"])
	talking.await(events.AGTPreviewCallbackPending)
	desks["held"].do(events.AGTHoldCall, sessions["held"])
	desks["wrapping"].do(events.AGTReleaseLine, sessions["wrapping"])
	desks["owner"].do(events.AGTConsultCall, events.POMDestination{Type: events.DestinationAgent, ID: "passive"}, sessions["owner"])
	desks["passive"].await(events.AGTConsultNotify)
}

// restated is what a desktop hears when it takes over: what it needs for what its
// agent does, in the order of a day.
var restated = map[string][]string{
	"talking": {
		"AGTStateChangedNotify Ready", "AGTCallNotify", "AGTNailupChange NailedUp", "AGTJobAttached talking", "AGTAutoReleaseLine",
		"AGTCallStateChangedNotify Wrapup", "AGTPreviewCallbackPending",
	},
	"held": {
		"AGTStateChangedNotify Ready", "AGTCallNotify", "AGTNailupChange NailedUp", "AGTJobAttached held",
		"AGTCallStateChangedNotify Held",
	},
	"wrapping": {
		"AGTStateChangedNotify Ready", "AGTCallNotify", "AGTNailupChange NailedUp", "AGTJobAttached wrapping", "AGTAutoReleaseLine",
		"AGTCallStateChangedNotify Wrapup",
	},
	"owner": {
		"AGTStateChangedNotify Ready", "AGTCallNotify", "AGTEnableCancelConsult", "AGTNailupChange NailedUp", "AGTJobAttached team",
		"AGTCallStateChangedNotify Consult",
	},
	"passive": {
		"AGTStateChangedNotify Ready", "AGTConsultNotify", "AGTConsultPending third", "AGTNailupChange NailedUp", "AGTJobAttached team",
		"AGTCallStateChangedNotify Consult",
	},
	"looking": {
		"AGTStateChangedNotify Ready", "AGTCallNotify", "AGTNailupChange NailedUp", "AGTJobAttached looking",
		"AGTCallStateChangedNotify Preview",
	},
}

// afterwards is the end of what the desktops miss: it happens when they are dead.
var afterwards = map[string][]string{
	"talking": {events.AGTAutoReleaseLine, events.AGTCallStateChangedNotify, events.AGTCapabilitiesChanged},
	"passive": {events.AGTConsultPending},
}

// unheard returns the names of what an agent was told between the last command of
// the first desktop and the logon of the second.
func unheard(log *logcheck.Log, agent string) []string {
	var names []string
	logonTurn := uint64(0)
	for i := range log.Events {
		e := &log.Events[i]
		switch {
		case e.Agent != agent:
		case e.Name == events.RESP(events.AGTLogon):
			if logonTurn != 0 {
				return names
			}
			logonTurn = e.Turn
		case e.Kind == events.KindResponse:
			names = nil
		case e.Kind == events.KindNotification && e.Turn != logonTurn && e.Name != events.GetAgentStatus:
			names = append(names, e.Name)
		}
	}
	return nil
}

// history takes what was missed from what a desktop hears; it follows the answer
// to the logon.
func history(t *testing.T, r *remote, all []line) (names []string, rest []line) {
	t.Helper()
	if len(all) < 2 || all[1].Name != "Missed" || all[1].arg(1) != "0" {
		t.Fatalf("the second desktop of %s is not told what was missed: %v", r.id, all)
	}
	var missed []connector.MissedNotification
	if err := json.Unmarshal(all[1].Args[0], &missed); err != nil {
		t.Fatal(err)
	}
	for i, n := range missed {
		names = append(names, n.Name)
		if i > 0 && n.At.Before(missed[i-1].At) {
			t.Errorf("%s is told of %s, and then of %s, which was before", r.id, missed[i-1].Name, n.Name)
		}
	}
	if end := afterwards[r.id]; !slices.Equal(end, names[max(0, len(names)-len(end)):]) {
		t.Errorf("%s has missed %v, want %v at the end", r.id, names, end)
	}
	return names, slices.Delete(all, 1, 2)
}

// resumed checks what a desktop hears that takes over, and returns what was
// missed.
func resumed(t *testing.T, r *remote, session string) []string {
	t.Helper()
	missed, all := history(t, r, r.until(events.AGTCapabilitiesChanged))
	var got []string
	for _, l := range all {
		said := l.Name
		switch l.Name {
		case events.AGTStateChangedNotify, events.AGTNailupChange, events.AGTJobAttached, events.AGTCallStateChangedNotify,
			events.RESP(events.AGTLogon):
			said += " " + l.arg(0)
		case events.AGTConsultPending:
			said += " " + l.arg(1)
		case events.AGTCallNotify:
			checkTime(t, r.id, l, "PreviewTime")
			if l.arg(1) != session {
				t.Errorf("%s has the call %s, want %s", r.id, l.arg(1), session)
			}
		case events.AGTAutoReleaseLine:
			checkTime(t, r.id, l, "ACWMaxTime")
		}
		got = append(got, said)
	}
	want := append(append([]string{"AGTLogonRESP 0"}, restated[r.id]...), events.AGTCapabilitiesChanged)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the second desktop of %s (- wanted, + heard):\n%s", r.id, diff)
	}
	return missed
}

// checkTime checks a time in the first argument: of the ten minutes there were, some
// seconds are gone.
func checkTime(t *testing.T, id string, l line, field string) {
	t.Helper()
	var data map[string]any
	if err := json.Unmarshal(l.Args[0], &data); err != nil {
		t.Fatal(err)
	}
	left, given := data[field].(float64)
	if id == "looking" || field == "ACWMaxTime" {
		if !given || left > 598 || left < 100 {
			t.Errorf("%s has %v s left, want some less than 600: %s", id, data[field], l.Args[0])
		}
	}
}

// goOn works on with the second desktops.
func goOn(desks map[string]*remote, sessions map[string]string) {
	talking := desks["talking"]
	notes := talking.do(events.AGTRefreshAgentNotes, sessions["talking"])
	if !strings.Contains(string(notes.Args[0]), "likes tea") {
		talking.t.Errorf("the notes are %s", notes.Args[0])
	}
	talking.do(events.AGTWrapupContact, events.POMCompletionCode{Code: "none"}, sessions["talking"])
	desks["held"].do(events.AGTUnholdCall, sessions["held"])
	desks["held"].await(events.AGTCallStateChangedNotify, "Talking")
	desks["wrapping"].do(events.AGTExtendWrapup, sessions["wrapping"])
	desks["owner"].do(events.AGTCancelConsult, "passive", sessions["owner"])
	desks["third"].await(events.AGTPendingConsultComplete, sessions["third"])
	desks["passive"].await(events.AGTConsultNotify)
	desks["looking"].do(events.AGTPreviewDial, events.POMContactNumber{Name: "phone1", Number: number("looking")}, sessions["looking"])
	desks["looking"].await(events.AGTCallStateChangedNotify, "Talking")
}
