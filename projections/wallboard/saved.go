package wallboard

import (
	"context"
	"errors"
	"fmt"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/projections/status"
)

// checkpointVersion is the version of the encoding of a fold, and of what the
// folding makes of an event: a checkpoint of another version is not read.
const checkpointVersion = 1

// checkpointName is what the checkpoints of a zone are called. They hold a fold of
// status too, which has a version of its own.
var checkpointName = fmt.Sprintf(".wallboard.%d.%d", checkpointVersion, status.CheckpointVersion)

// checkpoint is a fold as it is stored.
type checkpoint struct {
	Status    []byte               `msgpack:"status"`
	Leader    string               `msgpack:"leader"`
	Epoch     uint64               `msgpack:"epoch"`
	TimeZone  string               `msgpack:"timeZone"`
	Agents    map[string]*agent    `msgpack:"agents"`
	Campaigns map[string]*campaign `msgpack:"campaigns"`
	Calls     map[string]*call     `msgpack:"calls"`
	News      []news               `msgpack:"news"`
	Newest    int                  `msgpack:"newest"`
}

var errNothing = errors.New("something is missing in it")

func (f *fold) encode() ([]byte, error) {
	ofStatus, err := f.status.Encode()
	if err != nil {
		return nil, err
	}
	return msgpack.Marshal(checkpoint{
		Status: ofStatus, Leader: f.leader, Epoch: f.epoch, TimeZone: f.location.String(),
		Agents: f.agents, Campaigns: f.campaigns, Calls: f.calls, News: f.news, Newest: f.newest,
	})
}

// decodeFold returns the fold that was encoded. All of it is new to whoever looks.
func decodeFold(body []byte, names map[string]string) (*fold, error) {
	f := newFold(names)
	c := checkpoint{Agents: f.agents, Campaigns: f.campaigns, Calls: f.calls}
	if err := msgpack.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	ofStatus, err := status.Decode(c.Status)
	if err != nil {
		return nil, err
	}
	f.status, f.leader, f.epoch, f.location = *ofStatus, c.Leader, c.Epoch, location(c.TimeZone)
	f.news, f.newest = c.News, c.Newest
	for id, a := range f.agents {
		if a == nil {
			return nil, errNothing
		}
		a.status, _ = f.status.Agent(id)
		f.changed[id] = true
	}
	for _, c := range f.campaigns {
		if c == nil || c.Minutes == nil || c.Callbacks == nil {
			return nil, errNothing
		}
		c.changed = map[int64]bool{}
		for m := range c.Minutes {
			c.changed[m] = true
		}
	}
	for _, c := range f.calls {
		if c == nil {
			return nil, errNothing
		}
	}
	return f, nil
}

// restore goes on from a checkpoint.
func (z *zone) restore(body []byte) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	f, err := decodeFold(body, z.fold.names)
	if err == nil {
		z.fold = f
	}
	return err
}

// keep stores a checkpoint.
func (z *zone) keep(ctx context.Context, to *feed.Checkpoints) {
	z.mu.Lock()
	zn, at := z.fold.status.ZN(), z.fold.status.At()
	body, err := z.fold.encode()
	z.mu.Unlock()
	if err != nil {
		panic(err) // a fold is made of texts and numbers
	}
	to.Keep(ctx, zn, at, body)
}
