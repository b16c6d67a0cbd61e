package feed

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// place is where checkpoints of a feed are kept, and what is logged about them.
type place struct {
	*natstest.Bus
	t     *testing.T
	store Store
	log   bytes.Buffer
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{Bus: natstest.Start(t), t: t}
	p.must(journal.EnsureStreams(p.Ctx, p.JS, "z", 1))
	var err error
	p.store.ObjectStore, err = journal.OpenCheckpoints(p.Ctx, p.JS, 1)
	p.must(err)
	leases, err := journal.OpenLeases(p.Ctx, p.JS, 1)
	p.must(err)
	p.store.Alone = func(ctx context.Context, what string, fn func(context.Context) error) error {
		return leases.Hold(ctx, what, rand.Text(), journal.Anybody, fn)
	}
	p.fill(1, 200, 0)
	return p
}

// fill publishes events, which are of later each time.
func (p *place) fill(from, to uint64, later int64) {
	p.t.Helper()
	for zn := from; zn <= to; zn++ {
		e := events.Event{
			Zone: "z", Turn: zn, ZN: zn, At: at(zn) + later, Kind: events.KindFact, Name: events.LeaderClaimed,
			Data: events.LeaderData{Epoch: zn, Broker: "b"},
		}
		body, err := events.Encode(&e)
		p.must(err)
		to, err := subject.Of(&e)
		p.must(err)
		_, err = p.JS.Publish(p.Ctx, to, body)
		p.must(err)
	}
}

// at is when an event of the feed was.
func at(zn uint64) int64 { return int64(zn) * 1000 }

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// open returns the checkpoints of a broker that has just started.
func (p *place) open() *Checkpoints {
	p.t.Helper()
	stream, err := p.JS.Stream(p.Ctx, "EVENTS_z")
	p.must(err)
	c := NewCheckpoints(p.store, "z.test.1", stream, slog.New(slog.NewTextHandler(&p.log, nil)))
	c.every = 100
	return c
}

// load returns the text that is loaded, "" for none.
func (p *place) load() (text string) {
	p.t.Helper()
	p.log.Reset()
	if !p.open().Load(p.Ctx, func(body []byte) error { return msgpack.Unmarshal(body, &text) }) {
		return ""
	}
	return text
}

func text(s string) []byte {
	body, err := msgpack.Marshal(s)
	if err != nil {
		panic(err)
	}
	return body
}

func TestCheckpoints(t *testing.T) {
	p := newPlace(t)
	if got := p.load(); got != "" || p.log.Len() > 0 {
		t.Errorf("nothing is stored: %q, %s", got, &p.log)
	}
	c := p.open()
	if c.Due(99) || !c.Due(100) {
		t.Error("the first is due at 100")
	}
	p.must(c.keep(p.Ctx, 100, at(100), text("as of 100")))
	if got := p.load(); got != "as of 100" {
		t.Errorf("%q; %s", got, &p.log)
	}
	// Another broker is a little later and leaves it at that.
	p.must(p.open().keep(p.Ctx, 149, at(149), text("as of 149")))
	if got := p.load(); got != "as of 100" {
		t.Errorf("%q; %s", got, &p.log)
	}
	c.Keep(p.Ctx, 200, at(200), text("as of 200"))
	if c.Due(299) {
		t.Error("the third is due at 300")
	}
	for deadline := time.Now().Add(time.Minute); p.load() != "as of 200" || !c.Due(300); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the second is not stored")
		}
	}
	again := p.open()
	again.Load(p.Ctx, func([]byte) error { return nil })
	if again.Due(299) || !again.Due(300) {
		t.Error("after a start, the third is due at 300")
	}
}

// TestCheckpointsThatDoNotFit: they are passed over, and why is said.
func TestCheckpointsThatDoNotFit(t *testing.T) {
	p := newPlace(t)
	is := func(what, want string) {
		t.Helper()
		if got := p.load(); got != "" || !strings.Contains(p.log.String(), want) {
			t.Errorf("%s: loaded %q, the log says %s", what, got, &p.log)
		}
	}
	p.must(p.open().keep(p.Ctx, 100, at(100), []byte{0xdf, 0xff, 0xff, 0xff, 0xff}))
	is("a map of four billion", "malformed")
	p.must(p.open().keep(p.Ctx, 200, at(200), text("good")))
	if p.open().Load(p.Ctx, func([]byte) error { return errors.New("of no use") }) {
		t.Error("a checkpoint that cannot be decoded was loaded")
	}

	stream, err := p.JS.Stream(p.Ctx, "EVENTS_z")
	p.must(err)
	p.must(stream.Purge(p.Ctx, jetstream.WithPurgeSequence(201)))
	is("of a feed that was trimmed behind it", "not to be had")

	p.must(p.JS.DeleteStream(p.Ctx, "EVENTS_z"))
	p.must(journal.EnsureStreams(p.Ctx, p.JS, "z", 1))
	is("of a zone that was begun anew", "not to be had")
	p.fill(1, 200, 1)
	is("of a zone that has come as far again", "not that of the feed")
	p.must(p.open().keep(p.Ctx, 50, at(50)+1, text("the new one")))
	if got := p.load(); got != "the new one" {
		t.Errorf("%q: the old zone is in the way of the new one", got)
	}
}

// TestAllBrokersComeAtOnce: they come to an event at the same moment, and what they
// store takes the place of one checkpoint.
func TestAllBrokersComeAtOnce(t *testing.T) {
	p := newPlace(t)
	body := text(strings.Repeat("x", 1<<20))
	for _, zn := range []uint64{100, 200} {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				if err := p.open().keep(p.Ctx, zn, at(zn), body); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	stream, err := p.JS.Stream(p.Ctx, "OBJ_DESKBUS_CHECKPOINTS")
	p.must(err)
	if size := stream.CachedInfo().State.Bytes; size > 3<<19 {
		t.Errorf("one checkpoint of %d bytes takes %d", len(body), size)
	}
}
