package audit_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logtest"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/journal"
)

// copied is the log on another bus. Change may change a message, or leave it out
// by returning nil.
func copied(t *testing.T, from *natstest.Bus, change func(stream string, sequence uint64, m *nats.Msg) *nats.Msg) *natstest.Bus {
	t.Helper()
	to := natstest.Start(t)
	if err := journal.EnsureStreams(to.Ctx, to.JS, zone, 1); err != nil {
		t.Fatal(err)
	}
	for _, stream := range []string{theJournal, theFeed} {
		err := ordered.Read(from.Ctx, from.JS, stream, jetstream.OrderedConsumerConfig{}, false, func(m jetstream.Msg) error {
			meta, err := m.Metadata()
			if err != nil {
				return err
			}
			header := nats.Header{}
			if mark := m.Headers().Get("Deskbus-Commit"); mark != "" {
				header.Set("Deskbus-Commit", mark)
			}
			out := change(stream, meta.Sequence.Stream, &nats.Msg{Subject: m.Subject(), Header: header, Data: bytes.Clone(m.Data())})
			if out == nil {
				return nil
			}
			_, err = to.JS.PublishMsg(to.Ctx, out)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// TestOneByteOfTheJournal: whichever byte of a commit is changed, it is found, and
// the commit is named, or the one after it where nothing but the hash can tell.
func TestOneByteOfTheJournal(t *testing.T) {
	bus, written, _ := day(t)
	const target = 20
	var size int
	untouched := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
		if stream == theJournal && sequence == target {
			size = len(m.Data)
		}
		return m
	})
	if v, err := verify(untouched, audit.VerifyOptions{}); err != nil || v.Events != uint64(written.Events) {
		t.Fatalf("the copy is not right: %d events, %v", v.Events, err)
	}
	found := map[uint64]int{}
	for _, at := range []int{0, 3, 20, 21, 40, size / 2, size - 40, size - 1} {
		changed := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
			if stream == theJournal && sequence == target {
				m.Data[at] ^= 1
			}
			return m
		})
		_, err := verify(changed, audit.VerifyOptions{})
		var fault *audit.Fault
		if !errors.As(err, &fault) || fault.Stream != theJournal || fault.Sequence < target || fault.Sequence > target+1 {
			t.Errorf("byte %d of commit %d: %v", at, target, err)
			continue
		}
		found[fault.Sequence]++
	}
	if found[target] < 5 {
		t.Errorf("found at %v: most changes are in an event, and the commit itself should be named", found)
	}
}

func TestOneByteOfAnEvent(t *testing.T) {
	bus, _, _ := day(t)
	var target uint64
	changed := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
		if stream == theJournal && target == 0 {
			if i := bytes.Index(m.Data, []byte("merry")); i >= 0 {
				target = sequence
				m.Data[i] = 'b'
			}
		}
		return m
	})
	_, err := verify(changed, audit.VerifyOptions{})
	expectFault(t, err, theJournal, target, "it was changed")
}

func TestACommitThatIsMissing(t *testing.T) {
	bus, _, _ := day(t)
	const target = 20
	without := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
		if stream == theJournal && sequence == target {
			return nil
		}
		return m
	})
	_, err := verify(without, audit.VerifyOptions{})
	expectFault(t, err, theJournal, target, "one between them is missing")
}

// TestTheEndOfTheJournalIsGone: no hash tells, but the feed does.
func TestTheEndOfTheJournalIsGone(t *testing.T) {
	bus, written, _ := day(t)
	last := written.Last()
	var end uint64
	cut := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
		if stream == theJournal && sequence == last {
			c, err := journal.DecodeCommit(m.Data)
			if err != nil {
				t.Fatal(err)
			}
			end = uint64(written.Events - len(c.Events))
			return nil
		}
		return m
	})
	_, err := verify(cut, audit.VerifyOptions{})
	expectFault(t, err, theFeed, end+1, "never committed")
}

func TestTheFeedIsComparedWithTheJournal(t *testing.T) {
	bus, written, _ := day(t)
	for _, test := range []struct {
		change func(m *nats.Msg) *nats.Msg
		want   string
	}{
		{func(m *nats.Msg) *nats.Msg { m.Data[len(m.Data)-1] ^= 1; return m }, "not the event of the journal"},
		{func(m *nats.Msg) *nats.Msg { m.Subject = "pom.main.zone.LeaderClaimed"; return m }, "published on"},
		{func(*nats.Msg) *nats.Msg { return nil }, ""}, // the next one stands in its place
	} {
		changed := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
			if stream == theFeed && sequence == 30 {
				return test.change(m)
			}
			return m
		})
		_, err := verify(changed, audit.VerifyOptions{})
		expectFault(t, err, theFeed, 30, test.want)
	}
	stream, err := bus.JS.Stream(bus.Ctx, theFeed)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(bus.Ctx, 40); err != nil {
		t.Fatal(err)
	}
	_, err = verify(bus, audit.VerifyOptions{})
	expectFault(t, err, theFeed, 40, "missing")
	// What has aged out at the start is not missing.
	if err := stream.Purge(bus.Ctx, jetstream.WithPurgeSequence(41)); err != nil {
		t.Fatal(err)
	}
	v, err := verify(bus, audit.VerifyOptions{})
	if err != nil || v.Aged != 40 || v.Compared != uint64(written.Events)-40 {
		t.Errorf("%d aged, %d compared, %v", v.Aged, v.Compared, err)
	}
}

// appendTurn appends one commit to the journal of a bus, as somebody would who can
// make the hash.
func appendTurn(t *testing.T, bus *natstest.Bus, written *logtest.Log, turn []events.Event) {
	t.Helper()
	j := journal.Open(bus.JS, zone)
	if err := j.Fold(bus.Ctx, func(journal.Commit) error { return nil }); err != nil {
		t.Fatal(err)
	}
	c := journal.Commit{Epoch: written.State.Epoch}
	for i := range turn {
		body, err := events.Encode(&turn[i])
		if err != nil {
			t.Fatal(err)
		}
		c.Events = append(c.Events, body)
	}
	if err := j.Append(bus.Ctx, c); err != nil {
		t.Fatal(err)
	}
}
