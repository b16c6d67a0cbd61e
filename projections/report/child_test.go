package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// childVariable makes this binary a process that writes reports. The value is its
// database, busVariable has the URL of the bus.
const (
	childVariable = "DESKBUS_REPORT_CHILD"
	busVariable   = "DESKBUS_REPORT_BUS"
)

func runChild(where string) {
	fmt.Fprintln(os.Stderr, serve(where, os.Getenv(busVariable)))
	os.Exit(1)
}

// serve runs a service on a connection of its own until it fails.
func serve(where, url string) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	feeds, err := feed.JoinAll(nc, js, []string{reporttest.Zone})
	if err != nil {
		return err
	}
	s, err := New(config(nc, js, where, feeds))
	if err != nil {
		return err
	}
	return s.Run(context.Background())
}

// TestKilled kills the process that writes again and again while events come in. In
// the end the rows are those of a rebuild.
func TestKilled(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		const kills = 4
		b := newBus(t)
		list := reporttest.Random(7, 2000).Events
		b.beat(uint64(len(list)))
		where := fresh()
		d := migrated(t, where)
		published := make(chan struct{})
		go func() {
			defer close(published)
			for part := range slices.Chunk(list, 10) {
				b.publish(part)
			}
		}()
		for kill := range kills {
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), childVariable+"="+where, busVariable+"="+b.URL)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			b.awaitCounted(d, uint64((kill+1)*len(list)/(kills+1)))
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait()
		}
		<-published
		b.run(where)
		b.awaitCounted(d, uint64(len(list)))
		if diff := cmp.Diff(dump(t, rebuild(t, fresh(), list)), dump(t, d)); diff != "" {
			t.Errorf("-rebuilt +killed:\n%s", diff)
		}
	})
}
