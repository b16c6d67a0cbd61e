package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/demo"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/browser"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// TestWallboardPage looks at the demo's wallboard in a browser: it follows what
// an agent does, says when the broker is killed, and is right again when the
// broker is back.
func TestWallboardPage(t *testing.T) {
	page := browser.Start(t)
	p := newBroker(t, t.TempDir(), "--demo")
	page.Resize(1440, 900)
	page.Open("http://" + p.http + "/")
	page.WaitFor(patience, "twenty agents", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 20`)
	page.WaitFor(patience, "somebody talks", `document.querySelector("#calls li") && document.querySelector("#news li")`)
	page.WaitFor(patience, "three campaigns", `document.querySelectorAll("#campaigns tbody tr").length === 3`)

	// An agent of the demo is taken over by the test.
	const tile = `[...document.querySelectorAll(".tile")].find((n) => n.innerText.includes("Paula Rossi"))`
	says := func(text string) string { return fmt.Sprintf("%s?.innerText.includes(%q)", tile, text) }
	d := desk{heard: make(chan events.Code, 10)}
	agent := takeOver(t, p, "1016", demo.Password, d)
	page.Wait("the agent begins anew", says("Not ready"))
	agent.AGTStateChange(events.NotReady, "7", "Lunch", false)
	page.Wait("the agent has lunch", says("Not ready: Lunch"))
	page.Wait("the figures know it", `document.querySelector("#staff-note").innerText.includes("Lunch 1")`)
	page.Wait("the ticker tells it", `document.querySelector("#news").innerText.includes("Paula Rossi not ready: Lunch")`)

	page.Open("http://" + p.http + "/?state=notready&q=paula")
	page.Wait("the address filters", `document.querySelectorAll(".tile").length === 1 && `+says("Not ready: Lunch"))
	for _, line := range page.Console() {
		t.Errorf("the console says: %s", line)
	}
	for host := range page.Hosts() {
		if host != p.http {
			t.Errorf("the page asked %q", host)
		}
	}

	agent.AGTLogoff()
	page.Wait("the agent has gone", `document.querySelectorAll(".tile").length === 0 && document.querySelector("#agents-none").innerText`)
	page.Open("http://" + p.http + "/")
	page.Wait("the others have not", `document.querySelectorAll(".tile").length === 19`)

	p.kill()
	page.Wait("the page says that it is cut off", `document.body.dataset.link === "cut" &&
		/^Cut off from the broker since \d\d:\d\d:\d\d/.test(document.querySelector("#banner").innerText)`)
	page.Wait("what it knows is grey", `getComputedStyle(document.querySelector(".board")).filter === "grayscale(1)" &&
		document.querySelectorAll(".tile").length === 19`)
	page.Screenshot(filepath.Join(t.ArtifactDir(), "cut-off.png"))
	p.start()
	page.WaitFor(patience, "the page is live again", `document.body.dataset.link === "live" && !document.querySelector("#banner").innerText`)
	// The demo that was started again has the agent log on.
	page.WaitFor(patience, "all agents are there", `document.querySelectorAll(".tile").length === 20`)
	page.Screenshot(filepath.Join(t.ArtifactDir(), "demo.png"))
}

// takeOver logs an agent on by force. Who had the session leaves it alone then.
func takeOver(t *testing.T, p *process, id, password string, d desk) *connector.Agent {
	t.Helper()
	f, err := connector.Init(connector.Config{Addresses: []string{p.url()}, CommandTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	a, err := f.GetPOMAgent(id, d)
	if err != nil {
		t.Fatal(err)
	}
	a.AGTLogon("sip:"+id, password, true, "en", "UTC", "main")
	d.want(t, "logon by force", events.Success)
	return a
}

// TestWallboardFigures counts the log and compares with what the wallboard said
// as of one of its events, before and after the broker was killed.
func TestWallboardFigures(t *testing.T) {
	p := newBroker(t, t.TempDir(), "--demo")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	first := figuresWhen(ctx, t, p, func(f figures) bool { return f.Hour.Handled > 0 && f.OnContact > 0 })
	p.kill()
	p.start()
	second := figuresWhen(ctx, t, p, func(f figures) bool { return f.zn > first.zn })
	p.stop()
	log := readLog(t, p)
	for _, f := range []figures{first, second} {
		if want := countLog(t, log.Events, f.zn); f != want {
			t.Errorf("as of event %d the wallboard says\n%+v, the log\n%+v", f.zn, f, want)
		}
	}
}

// figures are some of a wallboard's.
type figures struct {
	zn                  uint64
	LoggedOn, OnContact int
	Hour                struct{ Answered, Abandoned, Handled int }
}

// figuresWhen reads snapshots of the zone until one is as wanted.
func figuresWhen(ctx context.Context, t *testing.T, p *process, wanted func(figures) bool) figures {
	t.Helper()
	for {
		f := snapshot(ctx, t, p)
		if wanted(f) {
			return f
		}
	}
}

func snapshot(ctx context.Context, t *testing.T, p *process) figures {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.http+"/api/wallboard/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	var f figures
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "id":
			_, number, _ := strings.Cut(value, "/main:")
			if f.zn, err = strconv.ParseUint(number, 10, 64); err != nil {
				t.Fatalf("id %q: %v", value, err)
			}
		case name == "data" && f.zn > 0:
			var all struct{ Zones []struct{ Figures figures } }
			if err := json.Unmarshal([]byte(value), &all); err != nil {
				t.Fatal(err)
			}
			all.Zones[0].Figures.zn = f.zn
			return all.Zones[0].Figures
		}
	}
	t.Fatalf("no snapshot: %v", lines.Err())
	return f
}

// countLog counts the agents by the book, and the calls as the reports do, up to
// an event.
func countLog(t *testing.T, log []events.Event, zn uint64) figures {
	t.Helper()
	f := figures{zn: zn}
	loggedOn, talks := map[string]bool{}, map[string]bool{}
	report := tally.New()
	for i := range log[:zn] {
		e := &log[i]
		if err := report.Apply(e); err != nil {
			t.Fatal(err)
		}
		if d, is := e.Data.(events.CallStateData); is {
			talks[e.Agent] = d.CallState == events.Talking || d.CallState == events.Consult ||
				d.CallState == events.ConferenceOwner || d.CallState == events.ConferencePassive
		}
		switch e.Name {
		case events.RESP(events.AGTLogon):
			loggedOn[e.Agent] = loggedOn[e.Agent] || e.Data.(events.LogonResult).Result == events.Success
		case events.AGTAgentLoggedOut:
			loggedOn[e.Agent], talks[e.Agent] = false, false
		}
	}
	changes, err := report.Take()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range changes.Rows.Figures {
		f.Hour.Answered += int(row[tally.LiveAnswers])
		f.Hour.Abandoned += int(row[tally.Abandoned])
		f.Hour.Handled += int(row[tally.ContactsHandled])
	}
	f.LoggedOn, f.OnContact = count(loggedOn), count(talks)
	return f
}

func count(set map[string]bool) int {
	n := 0
	for _, is := range set {
		if is {
			n++
		}
	}
	return n
}
