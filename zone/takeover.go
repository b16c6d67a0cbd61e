package zone

import (
	"context"
	"log/slog"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// contactBytes bounds one import of contacts, roughly.
const contactBytes = 128 << 10

// The steps of a takeover, from the lease on.
const (
	// stepElections is NATS's own: until its servers have elected whom a leader
	// needs.
	stepElections     = "elections"
	stepFold          = "fold"
	stepClaim         = "claim"
	stepRepair        = "repair"
	stepConfiguration = "configuration"
)

var takeoverSteps = []string{stepElections, stepFold, stepClaim, stepRepair, stepConfiguration}

// stopwatch tells where the time of a takeover goes.
type stopwatch struct {
	begun, last time.Time
	took        map[string]time.Duration
	elected     journal.Elected
}

func newStopwatch() *stopwatch {
	now := time.Now()
	return &stopwatch{begun: now, last: now, took: map[string]time.Duration{}}
}

// lap ends a step.
func (s *stopwatch) lap(step string) {
	now := time.Now()
	s.took[step], s.last = now.Sub(s.last), now
}

// attributes are what the log says of it.
func (s *stopwatch) attributes() []any {
	all := []any{"took", s.last.Sub(s.begun)}
	for _, step := range takeoverSteps {
		all = append(all, step, s.took[step])
	}
	var elected []any
	for who, after := range s.elected {
		elected = append(elected, who, after)
	}
	return append(all, slog.Group("elected", elected...))
}

// takeOver folds the rest of the journal and claims the zone. The claim proves by
// its fence that nothing was missed; only then is the feed compared and repaired.
func (l *leader) takeOver(ctx context.Context, watch *stopwatch) error {
	c := l.zone.config
	if err := l.journal.CatchUp(ctx, l.fold); err != nil {
		return err
	}
	watch.lap(stepFold)
	if ahead := time.Until(time.UnixMicro(l.state.At)); ahead > time.Second {
		l.zone.log.Warn("the clock is behind that of the last leader: the zone's goes half as fast until it has caught up", "behind", ahead)
	}
	l.clock = newClock(l.state.At)
	before := l.state.ZN
	if err := l.decide(manager.Claim{Broker: c.Broker}, journal.Position{}); err != nil {
		return err
	}
	if err := l.append(ctx); err != nil {
		return err
	}
	for i, body := range l.bodies {
		l.recent.add(l.turns[i].ZN, body)
	}
	l.zone.inVain = true
	l.zone.trouble.led(l.state.Epoch)
	l.done()
	watch.lap(stepClaim)
	if err := l.repairNow(ctx, before); err != nil {
		return err
	}
	watch.lap(stepRepair)
	if err := l.configure(ctx); err != nil {
		return err
	}
	if err := l.importContacts(ctx); err != nil {
		return err
	}
	watch.lap(stepConfiguration)
	return nil
}

// configure gives the zone what the configuration says, until nothing of it is
// new.
func (l *leader) configure(ctx context.Context) error {
	in := manager.Configure{Settings: l.zone.config.Settings, Campaigns: l.zone.config.Campaigns}
	for {
		if err := l.decide(in, journal.Position{}); err != nil || len(l.turns) == 0 {
			return err
		}
		if err := l.commit(ctx); err != nil {
			return err
		}
	}
}

// step decides and commits one input of the leader's own.
func (l *leader) step(ctx context.Context, in manager.Input) error {
	if err := l.decide(in, journal.Position{}); err != nil {
		return err
	}
	return l.commit(ctx)
}

// importContacts adds the lists of the configuration, in turns that fit into a
// message.
func (l *leader) importContacts(ctx context.Context) error {
	for _, campaign := range l.zone.config.Campaigns {
		rest := l.zone.config.Contacts[campaign.Name]
		for len(rest) > 0 {
			n, size := 0, 0
			for n < len(rest) && n < manager.MaxContacts && (n == 0 || size < contactBytes) {
				size += contactSize(&rest[n])
				n++
			}
			if err := l.step(ctx, manager.AddContacts{Campaign: campaign.Name, Contacts: rest[:n]}); err != nil {
				return err
			}
			rest = rest[n:]
		}
	}
	return nil
}

func contactSize(d *events.POMCustomerDetails) int {
	size := 256 + len(d.ContactID) + len(d.Title) + len(d.FirstName) + len(d.LastName) + len(d.Email)
	for _, a := range d.Attributes {
		size += 64 + len(a.Name) + len(a.Value)
	}
	return size
}
