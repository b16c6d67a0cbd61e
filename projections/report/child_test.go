package report

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// childVariable makes this binary a process that writes reports. The value is its
// database, busVariable has the URL of the bus.
const (
	childVariable = "DESKBUS_REPORT_CHILD"
	busVariable   = "DESKBUS_REPORT_BUS"
)

func runChild(where string) {
	nc, err := nats.Connect(os.Getenv(busVariable))
	if err == nil {
		var js jetstream.JetStream
		if js, err = jetstream.New(nc); err == nil {
			var s *Service
			if s, err = New(config(nc, js, where)); err == nil {
				err = s.Run(context.Background())
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// TestKilled kills the process that writes again and again, at any moment, while
// events come in. In the end the rows are those of a rebuild.
func TestKilled(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		b := newBus(t)
		list := reporttest.Random(7, 1500).Events
		b.beat(uint64(len(list)))
		where := fresh()
		const kills = 5
		part := len(list) / kills
		for kill := range kills {
			child := exec.CommandContext(t.Context(), os.Args[0])
			child.Env = append(os.Environ(), childVariable+"="+where, busVariable+"="+b.URL)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			b.publish(list[kill*part : (kill+1)*part])
			time.Sleep(time.Duration(150+60*kill) * time.Millisecond) // any moment
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait()
		}
		b.publish(list[kills*part:])
		b.run(where)
		d := open(t, where)
		b.awaitCounted(d, uint64(len(list)))
		if diff := cmp.Diff(dump(t, rebuild(t, fresh(), list)), dump(t, d)); diff != "" {
			t.Errorf("-rebuilt +killed:\n%s", diff)
		}
	})
}
