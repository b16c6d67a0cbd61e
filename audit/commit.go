package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// commit checks one commit whose hash is this one: its events, and the feed's copy
// of them.
func (v *verification) commit(ctx context.Context, c *journal.Commit, hash journal.Hash) error {
	v.Commits++
	if err := v.events(ctx, c); err != nil {
		var fault *Fault
		if errors.As(err, &fault) {
			return err
		}
		return &Fault{v.stream, c.Sequence, err}
	}
	if err := v.known(c.Sequence, hash); err != nil {
		return err
	}
	v.log.progress(v.Commits+v.feed.compared, v.total)
	return v.anchor(ctx, c.Sequence, hash)
}

func (v *verification) events(ctx context.Context, c *journal.Commit) error {
	for i, body := range c.Events {
		e, err := events.Decode(body)
		if err != nil {
			return err
		}
		if i == 0 && e.Index != 0 {
			return fmt.Errorf("the commit begins in the middle of a turn, with event %s", e.ID())
		}
		if err := v.event(&e); err != nil {
			return err
		}
		if err := v.feed.check(ctx, &e, body); err != nil {
			return err
		}
	}
	switch {
	case len(c.Events) == 0:
		return errors.New("a commit without events")
	case v.State == nil:
		v.Linked++
	case c.Epoch != v.State.Epoch:
		return fmt.Errorf("a commit of epoch %d in epoch %d", c.Epoch, v.State.Epoch)
	}
	return v.endTurn()
}

func (v *verification) event(e *events.Event) error {
	if e.Index == 0 {
		if err := v.endTurn(); err != nil {
			return err
		}
		v.Turns++
		v.turn = turn{cause: e.Cause, agents: v.turn.agents[:0], sessions: v.turn.sessions[:0]}
	}
	if v.State != nil {
		if err := v.State.Evolve(e); err != nil {
			return err
		}
		if v.options.Each != nil {
			v.options.Each(e)
		}
	}
	v.Events++
	v.turn.take(e)
	if e.Cause != v.turn.cause {
		return fmt.Errorf("event %s names the cause %s, its turn has another: %s", e.ID(), e.Cause, v.turn.cause)
	}
	switch e.Kind {
	case events.KindCommand:
		v.Commands++
		v.turn.command, v.turn.answered = e.Name, false
		return v.outcomes.decided(e)
	case events.KindResponse:
		v.turn.answered = true
		return v.outcomes.answered(e)
	case events.KindNotification:
		if e.Name == events.AGTInvalidCommandName {
			return v.outcomes.answered(e)
		}
	}
	return nil
}

// endTurn checks what must hold between turns.
func (v *verification) endTurn() error {
	if v.turn.command != "" && !v.turn.answered {
		return fmt.Errorf("command %s (%s) was decided and not answered", v.turn.cause, v.turn.command)
	}
	if v.State != nil {
		for _, session := range v.turn.sessions {
			if c := v.State.Calls[session]; c != nil {
				v.turn.touch(c.Agent)
				if c.Consult != nil {
					v.turn.touch(c.Consult.Agent)
				}
			}
		}
		for _, id := range v.turn.agents {
			if err := v.capabilities(v.State.Agents[id]); err != nil {
				return err
			}
		}
	}
	v.turn = turn{agents: v.turn.agents[:0], sessions: v.turn.sessions[:0]}
	return nil
}

func (v *verification) capabilities(a *manager.Agent) error {
	if a == nil || !a.LoggedOn {
		return nil
	}
	v.Verified.Capabilities++
	if want := v.State.CapabilitiesOf(a); a.Capabilities != want {
		return fmt.Errorf("agent %s, who is %s and %s, was told the capabilities %+v; the matrix says %+v",
			a.ID, a.AgentState, a.CallState, a.Capabilities, want)
	}
	return nil
}

// turn is what is known of the turn that is being read.
type turn struct {
	cause    string
	command  string
	answered bool
	// agents and sessions are those in it.
	agents   []string
	sessions []string
}

func (t *turn) take(e *events.Event) {
	t.touch(e.Agent)
	if e.Session != "" && (len(t.sessions) == 0 || t.sessions[len(t.sessions)-1] != e.Session) {
		t.sessions = append(t.sessions, e.Session)
	}
}

func (t *turn) touch(agent string) {
	if agent == "" {
		return
	}
	for _, known := range t.agents {
		if known == agent {
			return
		}
	}
	t.agents = append(t.agents, agent)
}
