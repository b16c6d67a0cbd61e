package connector

import (
	"context"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

// MaxMissed is how many notifications [Handler.Missed] gets at most: the newest.
const MaxMissed = 500

// MissedNotification is one that was for the agent's former desktop. It is
// history: what is so now is notified after it.
type MissedNotification struct {
	// At is when it was sent.
	At time.Time
	// Name is that of the method a handler has for it, for example
	// events.AGTAutoReleaseLine.
	Name string
	// Data has its parameters, in the type of package events that belongs to the
	// name, for example events.AutoReleaseData.
	Data any
}

// tellMissed reads from the stream what the logon says was missed, and tells the
// handler before it hears anything else. The duties know nothing of it.
func (a *Agent) tellMissed(logon events.Event) {
	d := logon.Data.(events.LogonResult)
	missed, err := a.readMissed(d.MissedFrom, logon)
	if a.ctx.Err() != nil {
		return
	}
	if err != nil {
		a.factory.log.Warn("connector: what the former desktop missed cannot be read", "zone", a.zone.name, "agent", a.id,
			"missed", d.Missed, "error", err)
	}
	a.handler.Missed(missed, d.Missed-len(missed))
}

// readMissed returns the newest notifications between a zone number and a logon.
// It follows the agent a second time, from there: what the stream does not have
// yet comes all the same, and what it does not have any more is passed over.
func (a *Agent) readMissed(from uint64, logon events.Event) ([]MissedNotification, error) {
	ctx, cancel := context.WithTimeout(a.ctx, a.factory.patience.history)
	defer cancel()
	read := make(chan events.Event)
	follower, err := a.zone.feed.Follow(feed.FollowConfig{Agent: a.id, From: from, OnEvent: func(ev events.Event) {
		select {
		case read <- ev:
		case <-ctx.Done():
		}
	}})
	if err != nil {
		return nil, err
	}
	defer follower.Close()
	var missed []MissedNotification
	restating := uint64(0) // the turn of a logon in between, which tells no news
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case ev := <-read:
			switch {
			case ev.ZN >= logon.ZN:
				return missed, nil
			case ev.Name == events.RESP(events.AGTLogon) && succeeded(ev.Data):
				restating = ev.Turn
			case ev.Kind == events.KindNotification && ev.Turn != restating && ev.Name != events.GetAgentStatus:
				missed = append(missed, MissedNotification{time.UnixMicro(ev.At).UTC(), ev.Name, ev.Data})
				missed = missed[max(0, len(missed)-MaxMissed):]
			}
		}
	}
}
