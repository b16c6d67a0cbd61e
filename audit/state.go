package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/projections/desktop"
	"github.com/deskbus/deskbus/subject"
)

// Errors of [Log.Desktop], the last one also of [Log.Differences]. Test with errors.Is.
var (
	// ErrNoAgent: the feed has no event of the agent.
	ErrNoAgent = errors.New("there is no such agent")
	// ErrNoLogon: the agent has not logged on by then, or so long ago that the
	// feed does not have it any more.
	ErrNoLogon = errors.New("no logon by then")
	// ErrNotYet: the feed does not have the event yet whose number was given.
	ErrNotYet = errors.New("the event has not been yet")
)

// reach fails with ErrNotYet for an event that has not been.
func (l *Log) reach(ctx context.Context, at Moment) error {
	_, newest, err := feed.Find(ctx, l.JS, l.Zone)
	if err == nil && at.ZN > newest {
		err = fmt.Errorf("the feed of zone %s ends at event %d: %w", l.Zone, newest, ErrNotYet)
	}
	return err
}

// Desktop returns what the desktop of an agent showed at a moment. It reads what
// concerns that agent up to then.
func (l *Log) Desktop(ctx context.Context, agent string, at Moment) (desktop.View, error) {
	known, err := l.HasAgent(ctx, agent)
	if err != nil {
		return desktop.View{}, err
	}
	if !known {
		return desktop.View{}, fmt.Errorf("agent %s in zone %s: %w", agent, l.Zone, ErrNoAgent)
	}
	if err := l.reach(ctx, at); err != nil {
		return desktop.View{}, err
	}
	facts, err := l.factsAboutDesktop(ctx, agent, at)
	if err != nil {
		return desktop.View{}, err
	}
	var fold desktop.Fold
	err = l.scan(ctx, Query{To: at}, []string{subject.Agent(l.Zone, agent)}, func(r *Record) error {
		for len(facts) > 0 && facts[0].Sequence < r.Sequence {
			if err := apply(&fold, facts[0]); err != nil {
				return err
			}
			facts = facts[1:]
		}
		return apply(&fold, r)
	})
	for _, r := range facts {
		err = cmp.Or(err, apply(&fold, r))
	}
	if err != nil {
		return desktop.View{}, err
	}
	view, known := fold.View()
	if !known {
		return view, fmt.Errorf("agent %s in zone %s: %w", agent, l.Zone, ErrNoLogon)
	}
	return view, nil
}

// apply gives an event to a fold, with its data in the type of its name: half a
// picture would look like a whole one. A message that is no event is passed over: if
// it stands in place of one, the next event of the agent does not follow.
func apply(fold *desktop.Fold, r *Record) error {
	if r.Err != nil {
		return nil
	}
	e, err := events.Decode(r.Body)
	if err == nil {
		err = fold.Apply(&e)
	}
	if err != nil {
		return fmt.Errorf("event %d: %w", r.Event.ZN, err)
	}
	return nil
}

// factsAboutDesktop are the facts that an agent's desktop was gone, and back.
func (l *Log) factsAboutDesktop(ctx context.Context, agent string, at Moment) ([]*Record, error) {
	var facts []*Record
	for _, part := range desktopFacts(l.Zone) {
		err := l.scan(ctx, Query{To: at}, []string{part}, func(r *Record) error {
			if r.Err == nil && r.Data()["agentID"] == agent && aboutDesktop(&r.Event) {
				facts = append(facts, r)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(facts, func(a, b *Record) int { return cmp.Compare(a.Event.ZN, b.Event.ZN) })
	return facts, nil
}

// aboutDesktop tells whether a fact changes what is known of a desktop.
func aboutDesktop(e *events.Event) bool {
	return e.Name == events.AgentDisconnected || e.Name == events.AgentReconnected
}

// HasAgent tells whether the feed has an event of the agent, HasCall whether it
// has a fact about the call.
func (l *Log) HasAgent(ctx context.Context, agent string) (bool, error) {
	return l.has(ctx, subject.Agent(l.Zone, agent))
}

// HasCall tells whether the feed has a fact about the call.
func (l *Log) HasCall(ctx context.Context, session string) (bool, error) {
	return l.has(ctx, subject.Call(l.Zone, session))
}

func (l *Log) has(ctx context.Context, filter string) (bool, error) {
	stream, err := l.JS.Stream(ctx, subject.EventsStream(l.Zone))
	if err != nil {
		return false, err
	}
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(filter))
	if err != nil {
		return false, err
	}
	return len(info.State.Subjects) > 0, nil
}

// AgentChange is what is different on the screen of an agent. Before and After
// are nil when nothing is known of the agent then.
type AgentChange struct {
	Agent   string
	Changes []desktop.Change
}

// Differences compares the screens of all agents of the zone at two moments, and
// lists those that differ, by agent. It reads the zone up to the second.
func (l *Log) Differences(ctx context.Context, from, to Moment) ([]AgentChange, error) {
	for _, m := range []Moment{from, to} {
		if err := l.reach(ctx, m); err != nil {
			return nil, err
		}
	}
	folds := map[string]*desktop.Fold{}
	var before map[string]desktop.View
	err := l.scan(ctx, Query{To: to}, nil, func(r *Record) error {
		if before == nil && from.after(&r.Event) {
			before = views(folds)
		}
		agent := r.Event.Agent
		switch {
		case r.Err != nil:
			return nil
		case aboutDesktop(&r.Event):
			agent, _ = r.Data()["agentID"].(string)
		case isBackground(&r.Event):
			return nil
		}
		if folds[agent] == nil {
			folds[agent] = &desktop.Fold{}
		}
		return apply(folds[agent], r)
	})
	if err != nil {
		return nil, err
	}
	after := views(folds)
	if before == nil {
		return nil, nil // nothing happened after the first moment
	}
	var list []AgentChange
	for _, agent := range slices.Sorted(maps.Keys(after)) {
		if changes := desktop.Changes(before[agent], after[agent]); len(changes) > 0 {
			list = append(list, AgentChange{agent, changes})
		}
	}
	return list, nil
}

// views are the screens of the agents who have logged on.
func views(folds map[string]*desktop.Fold) map[string]desktop.View {
	all := map[string]desktop.View{}
	for agent, fold := range folds {
		if v, known := fold.View(); known {
			all[agent] = v
		}
	}
	return all
}
