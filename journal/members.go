package journal

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	memberPrefix = "member."
	// lookAfterMembers is how often it is asked for members that are silent: the bus
	// may lose the news that one is gone when a server dies with it.
	lookAfterMembers = time.Second
)

// Members knows the brokers that are alive and which of them should lead which
// zone. It is a hint, as the lease is: brokers that see different members lead
// the wrong zone for a moment, and no harm is done. It may be used from many
// goroutines.
type Members struct {
	leases *Leases
	broker string
	// configuration is the hash of what this broker gives to its zones.
	configuration string
	zones         []string

	mu sync.Mutex
	// alive are the members there are.
	alive   map[string]member
	changed chan struct{}
}

// member is what is known of one.
type member struct {
	heard time.Time
	// configuration is the hash it has announced, "" for none.
	configuration string
}

// NewMembers returns the members as this broker sees them: itself, until
// [Members.Watch] runs. All brokers must be given the same zones. The hash of the
// configuration, without spaces, is announced to the others.
func NewMembers(leases *Leases, broker, configuration string, zones []string) *Members {
	return &Members{
		leases: leases, broker: broker, configuration: configuration, zones: slices.Sorted(slices.Values(zones)),
		alive: map[string]member{}, changed: make(chan struct{}),
	}
}

// Announce makes this broker a member until the context ends. A broker does so
// when it can take over zones without a delay, and leaves before it stops.
func (m *Members) Announce(ctx context.Context) error {
	err := m.leases.Hold(ctx, memberPrefix+m.broker, m.broker+" "+m.configuration, Anybody, func(ctx context.Context) error {
		<-ctx.Done()
		return nil
	})
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// Watch follows the members until the context ends or the bus fails.
func (m *Members) Watch(ctx context.Context) error {
	watcher, stop, err := m.leases.watch(ctx, memberPrefix+"*")
	if err != nil {
		return fmt.Errorf("members: %w", err)
	}
	defer stop()
	tick := time.NewTicker(lookAfterMembers)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			m.lookAfter(ctx)
		case entry, open := <-watcher.Updates():
			if !open {
				return errors.New("members: the bus has ended the watch")
			}
			if entry != nil {
				m.note(strings.TrimPrefix(entry.Key(), memberPrefix), string(entry.Value()))
			}
		}
	}
}

// note takes what the lease of a member says, "" when it has ended.
func (m *Members) note(name, said string) {
	if said == "" {
		m.remove(name)
		return
	}
	_, configuration, _ := strings.Cut(said, " ")
	m.add(name, configuration)
}

func (m *Members) add(name, configuration string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, was := m.alive[name]
	m.alive[name] = member{heard: time.Now(), configuration: configuration}
	if !was || before.configuration != configuration {
		m.change()
	}
}

func (m *Members) remove(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, was := m.alive[name]; was {
		delete(m.alive, name)
		m.change()
	}
}

// change needs the lock.
func (m *Members) change() {
	close(m.changed)
	m.changed = make(chan struct{})
}

// lookAfter asks whether the silent members are still there. While the bus itself
// is silent they are.
func (m *Members) lookAfter(ctx context.Context) {
	for _, name := range m.silent() {
		asking, cancel := context.WithTimeout(ctx, leaseTime)
		_, said, err := m.leases.look(asking, memberPrefix+name)
		cancel()
		if err == nil {
			m.note(name, said)
		}
	}
}

func (m *Members) silent() (names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, member := range m.alive {
		if time.Since(member.heard) > timeToLive+lookAfterMembers {
			names = append(names, name)
		}
	}
	return names
}

// Changed is closed when the members, or what they announce, change after this call.
func (m *Members) Changed() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed
}

// Differing returns the members that run with another configuration than this
// broker, by name.
func (m *Members) Differing() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for name, member := range m.alive {
		if member.configuration != m.configuration {
			names = append(names, name)
		}
	}
	return slices.Sorted(slices.Values(names))
}

// Prefers tells whether this broker should lead a zone. One of the members may be
// gone already, "" for none: the lease of a zone tells so before that of a member
// does. Without members nobody is preferred to anybody.
func (m *Members) Prefers(zone, gone string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := slices.DeleteFunc(slices.Sorted(maps.Keys(m.alive)), func(name string) bool { return name == gone })
	best := Place(m.zones, left)[zone]
	return best == "" || best == m.broker
}

// Place spreads zones over members: each zone prefers the members in an order of
// its own, so that a member that comes or goes moves few zones, and no member
// gets more than its share.
func Place(zones, members []string) map[string]string {
	placed := map[string]string{}
	if len(members) == 0 {
		return placed
	}
	share := (len(zones) + len(members) - 1) / len(members)
	load := map[string]int{}
	for _, zone := range zones {
		best := ""
		for _, member := range members {
			if load[member] < share && (best == "" || weight(zone, member) > weight(zone, best)) {
				best = member
			}
		}
		placed[zone] = best
		load[best]++
	}
	return placed
}

func weight(zone, member string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(zone + "\n" + member))
	return h.Sum64()
}
