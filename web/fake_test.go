package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/deskbus/deskbus/internal/browser"
)

// fake serves the page with a stream that says what the test wants, so that each
// picture is the same every time. The end-to-end test has a real broker.
type fake struct {
	t      *testing.T
	server *httptest.Server
	url    string
	opened chan link
	// open is how many streams are.
	open atomic.Int64
	// link is the one that the page reads.
	link link
	// silent keeps back the beats; ahead is what their clock is ahead, in milliseconds.
	silent atomic.Bool
	ahead  atomic.Int64
}

// link is a stream that a page has opened, with the id it came with.
type link struct {
	last string
	says chan string
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, opened: make(chan link, 100)}
	files, _ := load()
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", files["index.html"])
	for name, file := range files {
		mux.Handle("GET /assets/"+name, file)
	}
	mux.HandleFunc("GET /api/wallboard/events", f.stream)
	server := httptest.NewServer(guarded(mux))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	f.server, f.url = server, server.URL
	return f
}

func (f *fake) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	f.open.Add(1)
	defer f.open.Add(-1)
	l := link{last: r.URL.Query().Get("last"), says: make(chan string, 100)}
	f.opened <- l
	// As a broker does: a page that hears nothing opens another stream.
	beat := time.NewTicker(time.Second)
	defer beat.Stop()
	for {
		var text string
		select {
		case <-r.Context().Done():
			return
		case text = <-l.says:
		case <-beat.C:
			if !f.silent.Load() {
				text = fmt.Sprintf("event: beat\ndata: {\"now\": %d}\n\n", time.Now().UnixMilli()+f.ahead.Load())
			}
		}
		if text != "" {
			_, _ = fmt.Fprint(w, text)
			if http.NewResponseController(w).Flush() != nil || strings.Contains(text, "event: reconnect") {
				return
			}
		}
	}
}

// await waits until the page opens a stream, with the id it has.
func (f *fake) await(last string) {
	f.t.Helper()
	select {
	case f.link = <-f.opened:
	case <-time.After(patience):
		f.t.Fatal("the page does not open the stream")
	}
	if f.link.last != last {
		f.t.Errorf("the page comes with the id %q, want %q", f.link.last, last)
	}
}

// show opens the page and gives it the office.
func (f *fake) show(b *browser.Browser, query string) {
	f.t.Helper()
	b.Open(f.url + "/" + query)
	f.await("")
	f.say("", "hello", object{"page": "1"})
	f.say("a.1", "snapshot", office())
	b.Wait("the page is live", `document.body.dataset.link === "live" && document.querySelector("#zones li")`)
}

// say sends a message; the time is now unless the data has one.
func (f *fake) say(id, event string, data map[string]any) {
	f.t.Helper()
	f.link.says <- f.message(id, event, data)
}

// greet gives the office to each stream that is opened from now on.
func (f *fake) greet(page string) (stop func()) {
	done := make(chan struct{})
	go func() {
		for {
			select {
			case l := <-f.opened:
				l.says <- f.message("", "hello", object{"page": page})
				l.says <- f.message("c.1", "snapshot", office())
			case <-done:
				return
			}
		}
	}()
	return func() { done <- struct{}{} }
}

func (f *fake) message(id, event string, data map[string]any) string {
	now := time.Now().UnixMilli()
	if data["now"] == nil {
		data["now"] = now
	}
	f.ahead.Store(data["now"].(int64) - now)
	text, err := json.Marshal(data)
	if err != nil {
		panic(err) // it is made of texts and numbers
	}
	return fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", id, event, text)
}

type object = map[string]any

func zoneRow(name, state string, more object) object {
	row := object{
		"key": name, "leader": "broker-1", "epoch": 3, "zn": 12345, "state": state,
		"figures": object{
			"loggedOn": 12, "available": 2, "onContact": 5, "onHold": 1, "preview": 1, "wrapUp": 2, "notReady": 1, "nailing": 0,
			"inbound": 0, "gone": 0, "pending": 1, "reasons": []object{{"reason": "Lunch", "agents": 1}},
			"ringing": 4, "waiting": 1, "dials": 23, "hour": object{"answered": 200, "abandoned": 5, "handled": 180},
			"today": object{"answered": 900, "abandoned": 20, "handled": 850}, "planned": 3, "due": 2, "overdue": 1,
		},
	}
	for k, v := range more {
		row[k] = v
	}
	return row
}

func campaignRow(zone, name string) object {
	return object{
		"key": zone + "/" + name, "zone": zone, "name": name, "mode": "Predictive", "abandonLimit": 30, "running": true,
		"figures": zoneRow(zone, "", nil)["figures"],
	}
}

func agentRow(zone, id, name, campaign, activity string, since time.Duration) object {
	at := time.Now().Add(-since).UnixMilli()
	return object{
		"key": zone + "/" + id, "zone": zone, "id": id, "name": name, "campaign": campaign, "activity": activity, "since": at,
		"loggedOn": at - 3600_000, "agentState": "Ready", "nailupStatus": "NailedUp", "callState": "Idle",
	}
}

// minutesAhead is how many minutes the office tells of that are still to come: its
// last hour is full, also when it has gone on before the page is looked at.
const minutesAhead = 10

// office is a picture with an agent in every state.
func office() object {
	agents := []object{}
	for i, activity := range []string{
		"available", "talking", "hold", "consult", "conference", "preview", "dialing", "wrapup", "notready", "nailing",
		"inbound", "gone",
	} {
		a := agentRow("main", fmt.Sprint(1001+i), "Agent "+activity, "Spring renewal", activity, time.Duration(i)*time.Minute)
		switch activity {
		case "talking", "hold", "consult":
			a["session"], a["callSince"] = fmt.Sprint("s", i), a["since"]
		case "notready":
			a["reason"], a["agentState"] = "Lunch", "NotReady"
		}
		agents = append(agents, a)
	}
	agents[1]["consults"], agents[1]["callback"], agents[1]["agentState"] = 2, true, "PendingNotReady"
	minute := time.Now().Unix() / 60
	minutes := [][4]int64{}
	for i := range int64(60 + minutesAhead) {
		minutes = append(minutes, [4]int64{minute + minutesAhead - i, 3 + i%7, i % 2, 2 + i%6})
	}
	return object{
		"zones":     []object{zoneRow("main", "live", nil), zoneRow("north", "live", nil)},
		"campaigns": []object{campaignRow("main", "Spring renewal"), campaignRow("north", "Survey")},
		"agents":    append(agents, agentRow("north", "2001", "Nora North", "Survey", "talking", time.Second)),
		"minutes":   []object{{"key": "main/Spring renewal", "minutes": minutes}},
		"news": []object{
			{"zone": "main", "zn": 1, "at": time.Now().UnixMilli(), "agent": "1009", "name": "Agent notready", "text": "not ready: Lunch"},
			{"zone": "main", "zn": 2, "at": time.Now().UnixMilli(), "campaign": "Spring renewal", "text": "a customer found no agent in time", "tone": "bad"},
			{"zone": "main", "zn": 3, "at": time.Now().UnixMilli(), "text": "switch sim is up", "tone": "good"},
		},
	}
}
