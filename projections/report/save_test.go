package report

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// TestSavedInPartsIsTheSameAsRebuilt saves a day in parts. Between them the process
// dies now and then: before it has saved, in the middle of a transaction, or
// without having heard that it was kept.
func TestSavedInPartsIsTheSameAsRebuilt(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		for seed := range uint64(4) {
			list := reporttest.Random(seed, 300).Events
			want := dump(t, rebuild(t, fresh(), list))
			d := migrated(t, fresh())
			saveInParts(t, d, list, rand.New(rand.NewPCG(seed, 1)))
			if diff := cmp.Diff(want, dump(t, d)); diff != "" {
				t.Fatalf("seed %d: -rebuilt +saved in parts:\n%s", seed, diff)
			}
		}
	})
}

func saveInParts(t *testing.T, d *database, list []events.Event, random *rand.Rand) {
	t.Helper()
	f := load(t, d)
	for int(f.ZN()) < len(list) {
		n := min(1+random.IntN(60), len(list)-int(f.ZN()))
		last := f.ZN()
		for i := range n {
			if err := f.Apply(&list[int(last)+i]); err != nil {
				t.Fatal(err)
			}
		}
		changes, err := f.Take()
		if err != nil {
			t.Fatal(err)
		}
		switch random.IntN(4) {
		case 0: // dead before it could save
		case 1: // dead in the middle
			died := errors.New("died")
			err = d.transaction(t.Context(), nil, func(ctx context.Context, t tx) error {
				return errors.Join(t.save(ctx, reporttest.Zone, last, changes), died)
			})
			if err == nil || err.Error() != died.Error() {
				t.Fatalf("got %v", err)
			}
		case 2: // dead after it was kept
			err = d.save(t.Context(), reporttest.Zone, last, changes)
		default:
			if err = d.save(t.Context(), reporttest.Zone, last, changes); err == nil {
				continue
			}
		}
		if err != nil && err.Error() != "died" {
			t.Fatal(err)
		}
		f = load(t, d)
	}
}

func load(t *testing.T, d *database) *tally.Fold {
	t.Helper()
	f, err := d.load(t.Context(), reporttest.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestTwoWriters: of two who go on from the same event one saves, whatever they
// think of a lease.
func TestTwoWriters(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		list := reporttest.Example().Events
		where := fresh()
		saveAll(t, migrated(t, where), tally.New(), list[:20])
		one, two := open(t, where), open(t, where)
		first, second := load(t, one), load(t, two)
		saveAll(t, one, first, list[20:40])
		for i := range list[20:60] {
			if err := second.Apply(&list[20+i]); err != nil {
				t.Fatal(err)
			}
		}
		changes, err := second.Take()
		if err != nil {
			t.Fatal(err)
		}
		if err := two.save(t.Context(), reporttest.Zone, 20, changes); !errors.Is(err, errOtherWriter) {
			t.Fatalf("got %v, want errOtherWriter", err)
		}
		saveAll(t, two, load(t, two), list[40:])
		if diff := cmp.Diff(dump(t, rebuild(t, fresh(), list)), dump(t, one)); diff != "" {
			t.Errorf("-rebuilt +saved by two:\n%s", diff)
		}
	})
}

// TestTwoBrokers: of two brokers on one PostgreSQL database the one with the lease
// writes, and the other goes on when it stops. Both answer.
func TestTwoBrokers(t *testing.T) {
	server := postgresServer(t)
	where := server.createDatabase(t)
	b := newBus(t)
	list := reporttest.Random(5, 300).Events
	half := len(list) / 2
	b.beat(uint64(len(list)))
	leases, err := journal.OpenLeases(t.Context(), b.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	start := func(broker string) (*Service, func()) {
		c := config(b.NC, b.JS, where, b.feeds)
		c.Alone = func(ctx context.Context, fn func(context.Context) error) error {
			return leases.Hold(ctx, "report.writer", broker, journal.Anybody, fn)
		}
		return b.start(c)
	}
	_, stopFirst := start("first")
	d := open(t, where)
	b.publish(list[:half])
	b.awaitCounted(d, uint64(half))
	second, _ := start("second")
	if a := second.Answer(t.Context(), wholeDay()); a.Result != events.Success || a.ZN < uint64(half) {
		t.Errorf("the broker that does not write answers %+v", a)
	}
	stopFirst()
	b.publish(list[half:])
	b.awaitCounted(d, uint64(len(list)))
	if diff := cmp.Diff(dump(t, rebuild(t, server.createDatabase(t), list)), dump(t, d)); diff != "" {
		t.Errorf("-rebuilt +written by two:\n%s", diff)
	}
}

// TestMigrationsComeAndGo: the schema can be made twice without harm, and unmade.
func TestMigrationsComeAndGo(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		d := rebuild(t, fresh(), reporttest.Example().Events)
		before := dump(t, d)
		if err := d.migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, dump(t, d)); diff != "" {
			t.Errorf("migrating again:\n%s", diff)
		}
		provider, err := d.migrations()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.DownTo(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		if err := d.migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := dump(t, d); got != "" {
			t.Errorf("an empty database has\n%s", got)
		}
	})
}
