package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/wallboard"
	"github.com/deskbus/deskbus/subject"
)

// patience is how long a test waits for what must happen.
const patience = 2 * time.Minute

// place is a board that follows a real feed, and the leader's part of it.
type place struct {
	t     *testing.T
	bus   *natstest.Bus
	board *wallboard.Board
	zn    uint64
	n     map[string]uint64
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, bus: natstest.Start(t), n: map[string]uint64{}}
	if err := journal.EnsureStreams(p.bus.Ctx, p.bus.JS, "main", 1); err != nil {
		t.Fatal(err)
	}
	p.board = wallboard.New(wallboard.Config{Zones: []string{"main"}, Names: map[string]string{"1": "Ada"}, Logger: quiet})
	joined, err := feed.JoinAll(p.bus.NC, p.bus.JS, []string{"main"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { feed.LeaveAll(joined) })
	checkpoints, err := journal.OpenCheckpoints(p.bus.Ctx, p.bus.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.board.Run(ctx, joined, p.bus.JS, feed.Store{ObjectStore: checkpoints})
	}()
	go p.beat(ctx)
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return p
}

// beat is the leader's heartbeat, without which the zone falls silent. It speaks
// of no event, so that it needs to know of none.
func (p *place) beat(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for h := (events.Heartbeat{V: events.Version, Zone: "main", Epoch: 1}); ; {
		h.Number++
		body, err := events.Marshal(h)
		if err != nil || p.bus.NC.Publish(subject.Heartbeat("main"), body) != nil {
			return // the connection is closed: the test is over
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (p *place) publish(e events.Event) {
	p.t.Helper()
	p.zn++
	// It is one long turn.
	e.Zone, e.Turn, e.Index, e.ZN, e.At = "main", 1, int(p.zn), p.zn, time.Now().UnixMicro()
	if e.Kind != events.KindFact {
		p.n[e.Agent]++
		e.N = p.n[e.Agent]
	}
	on, err := subject.Of(&e)
	p.must(err)
	body, err := events.Encode(&e)
	p.must(err)
	_, err = p.bus.JS.Publish(p.bus.Ctx, on, body)
	p.must(err)
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *place) logon(agent string) {
	p.t.Helper()
	p.publish(events.Event{Kind: events.KindCommand, Agent: agent, Name: events.AGTLogon, Data: events.LogonParams{}})
	p.publish(events.Event{Kind: events.KindResponse, Agent: agent, Name: events.RESP(events.AGTLogon), Data: events.LogonResult{}})
}

func (p *place) state(agent string, state events.POMAgentState) {
	p.t.Helper()
	p.publish(events.Event{
		Kind: events.KindNotification, Agent: agent, Name: events.AGTStateChangedNotify,
		Data: events.StateChangedData{AgentState: state},
	})
}

// received is one event of a stream.
type received struct{ id, event, data string }

// reader reads a stream, as a page does.
type reader struct {
	t     *testing.T
	lines *bufio.Scanner
	close func()
}

func open(t *testing.T, url string, header ...string) *reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(header) == 2 {
		req.Header.Set(header[0], header[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	return &reader{t: t, lines: lines, close: cancel}
}

func (r *reader) next() received {
	r.t.Helper()
	var e received
	for r.lines.Scan() {
		name, value, _ := strings.Cut(r.lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.event = value
		case "data":
			e.data = value
		case "":
			return e
		}
	}
	r.t.Fatalf("the stream ended: %v", r.lines.Err())
	return e
}

// until reads up to an event whose data has a text.
func (r *reader) until(event, text string) received {
	r.t.Helper()
	for {
		e := r.next()
		if !json.Valid([]byte(e.data)) {
			r.t.Fatalf("no JSON: %q", e.data)
		}
		if e.event == event && strings.Contains(e.data, text) {
			return e
		}
	}
}

func TestStream(t *testing.T) {
	p := newPlace(t)
	server := httptest.NewServer(Handler(p.board))
	t.Cleanup(server.Close)
	url := server.URL + "/api/wallboard/events"
	p.logon("1")

	page := open(t, url)
	if hello := page.next(); hello.event != "hello" || !strings.Contains(hello.data, `"page":"`) {
		t.Errorf("first comes %+v", hello)
	}
	// The board may learn of the logon before the reader comes, or after.
	first := page.next()
	if first.event != "snapshot" {
		t.Fatalf("second comes %+v", first)
	}
	p.state("1", events.Ready)
	last := page.until("delta", `"activity":"nailing"`)
	if want := fmt.Sprintf("/main:%d", p.zn); !strings.HasSuffix(last.id, want) {
		t.Errorf("id %q, want one that ends in %s", last.id, want)
	}
	page.until("beat", `"now":`)
	page.close()

	// Somebody has to look, or the board makes no messages.
	other := open(t, url)
	other.until("snapshot", `"activity":"nailing"`)
	p.state("1", events.NotReady)
	missed := other.until("delta", `"activity":"notready"`)
	for _, back := range []*reader{open(t, url, "Last-Event-ID", last.id), open(t, url+"?last="+last.id)} {
		back.next()
		e := back.next()
		for e.event == "delta" && e.id != missed.id {
			e = back.next()
		}
		if e.event != "delta" || e.data != missed.data {
			t.Errorf("missed: %+v, want %+v", e, missed)
		}
	}
	stranger := open(t, url, "Last-Event-ID", "nobody.3/main:2")
	stranger.next()
	if e := stranger.next(); e.event != "snapshot" {
		t.Errorf("after an unknown id: %+v", e)
	}
}

// TestStreamEndsWithTheBoard: a broker that stops does not wait for its pages,
// and tells them to come again.
func TestStreamEndsWithTheBoard(t *testing.T) {
	board := wallboard.New(wallboard.Config{Logger: quiet})
	server := httptest.NewServer(Handler(board))
	t.Cleanup(server.Close)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); board.Run(ctx, nil, nil, feed.Store{}) }()
	page := open(t, server.URL+"/api/wallboard/events")
	page.until("snapshot", "")
	stop()
	<-done
	page.until("reconnect", "")
	if page.lines.Scan() {
		t.Errorf("after the end: %q", page.lines.Text())
	}
	resp, _ := get(t, server.URL+"/api/wallboard/events")
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("a board that has ended: %s", resp.Status)
	}
}

// TestStuckReader: a browser that stops reading loses its connection in a while.
func TestStuckReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		board := wallboard.New(wallboard.Config{Logger: quiet})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go board.Run(ctx, nil, nil, feed.Store{})
		pipes := newPipes()
		server := &http.Server{Handler: Handler(board)}
		go func() { _ = server.Serve(pipes) }()
		defer server.Close()

		// A pipe holds nothing: the first write waits until it is read.
		stuck := pipes.dial()
		_, err := fmt.Fprint(stuck, "GET /api/wallboard/events HTTP/1.1\r\nHost: test\r\n\r\n")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(writeTimeout + time.Second)
		if text, err := io.ReadAll(stuck); err != nil || len(text) > 0 {
			t.Errorf("after its time the connection still says %q, %v", text, err)
		}
	})
}

// pipes is a network without buffers.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
}

func newPipes() *pipes { return &pipes{made: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial() net.Conn {
	client, server := net.Pipe()
	p.made <- server
	return client
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.made:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }
