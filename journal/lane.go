package journal

import (
	"context"
	"crypto/sha256"
	"runtime"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
)

const (
	// mostLanes is how many goroutines decode at most: with more, the fold itself is
	// what takes longest.
	mostLanes = 4
	// decodedAhead is how many commits of a lane may wait to be folded.
	decodedAhead = 16
)

// lane decodes messages of the journal, one after the other.
type lane struct {
	arrived chan jetstream.Msg
	decoded chan message
	// spare are commits that were folded, for their slices.
	spare chan Commit
	// decoder is nil when nobody wants the events.
	decoder *events.Decoder
}

// message is a message of the journal, decoded.
type message struct {
	sequence uint64
	bytes    int
	// foreign: it lacks the mark of a commit.
	foreign bool
	commit  Commit
	hash    Hash
	err     error
}

// openLanes starts lanes that end when their arrived is closed.
func (j *Journal) openLanes(ctx context.Context) []*lane {
	lanes := make([]*lane, min(mostLanes, runtime.GOMAXPROCS(0)))
	for i := range lanes {
		l := &lane{
			arrived: make(chan jetstream.Msg, decodedAhead), decoded: make(chan message, decodedAhead),
			spare: make(chan Commit, 2*decodedAhead),
		}
		if j.needs != nil {
			l.decoder = events.NewDecoder(j.needs)
		}
		lanes[i] = l
		go l.run(ctx)
	}
	return lanes
}

func (l *lane) run(ctx context.Context) {
	defer close(l.decoded)
	for msg := range l.arrived {
		select {
		case l.decoded <- l.decode(msg):
		case <-ctx.Done(): // nobody takes it any more
		}
	}
}

func (l *lane) decode(msg jetstream.Msg) (m message) {
	meta, err := msg.Metadata()
	if err != nil {
		return message{err: err}
	}
	m.sequence, m.bytes = meta.Sequence.Stream, len(msg.Data())
	if m.foreign = msg.Headers().Get(commitHeader) == ""; m.foreign {
		return m
	}
	m.hash = sha256.Sum256(msg.Data())
	if l.decoder == nil {
		m.commit, m.err = DecodeCommit(msg.Data())
	} else {
		m.commit = l.takeSpare()
		m.err = m.commit.decodeAll(msg.Data(), l.decoder)
	}
	m.commit.Sequence = m.sequence
	return m
}

func (l *lane) takeSpare() Commit {
	select {
	case spare := <-l.spare:
		return spare
	default:
		return Commit{}
	}
}

func (l *lane) takeBack(folded Commit) {
	if l.decoder == nil {
		return // who read it may have kept it
	}
	select {
	case l.spare <- folded:
	default:
	}
}
