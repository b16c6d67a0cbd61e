package broker

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// discover asks all services, as the tools of NATS do, and returns the answers.
func discover[T any](t *testing.T, nc *nats.Conn, verb micro.Verb, services int) []T {
	t.Helper()
	on, err := micro.ControlSubject(verb, "", "")
	if err != nil {
		t.Fatal(err)
	}
	answers, err := nc.SubscribeSync(nc.NewInbox())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answers.Unsubscribe() }()
	if err := nc.PublishRequest(on, answers.Subject, nil); err != nil {
		t.Fatal(err)
	}
	var all []T
	for len(all) < services {
		msg, err := answers.NextMsg(patience)
		if err != nil {
			t.Fatalf("%d services answer %s: %v", len(all), on, err)
		}
		var one T
		if err := json.Unmarshal(msg.Data, &one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// TestServicesAreListed: anybody on the bus may list the services, see what they
// offer and how they do; nobody may pretend to be one.
func TestServicesAreListed(t *testing.T) {
	o := open(t, nil)
	o.workDay(o.connect(), 1)
	o.ask(t, "nonsense")
	refused := make(chan error, 10)
	guest, err := nats.Connect(o.URL(), nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer guest.Close()
	want := map[string]string{"deskbus-logon": subject.ServiceLogon, "deskbus-status": subject.ServiceStatus, "deskbus-report": subject.ServiceReport}

	for _, s := range discover[micro.Ping](t, guest, micro.PingVerb, len(want)) {
		if want[s.Name] == "" || !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(s.Version) {
			t.Errorf("a service %q of version %q", s.Name, s.Version)
		}
	}
	for _, s := range discover[micro.Info](t, guest, micro.InfoVerb, len(want)) {
		if len(s.Endpoints) != 1 || s.Endpoints[0].Subject != want[s.Name] || s.Endpoints[0].QueueGroup != "q" ||
			s.Endpoints[0].Metadata["encoding"] != "msgpack" || s.Metadata["broker"] != "one" || s.Metadata["zones"] != zoneName ||
			s.Description == "" {
			t.Errorf("%+v", s)
		}
	}
	for _, s := range discover[micro.Stats](t, guest, micro.StatsVerb, len(want)) {
		endpoint := s.Endpoints[0]
		if s.Name != "deskbus-logon" {
			continue
		}
		var own service.Statistics
		if err := json.Unmarshal(endpoint.Data, &own); err != nil {
			t.Fatal(err)
		}
		// Three right and three wrong passwords are answered, nonsense is an error.
		if endpoint.NumRequests != 7 || endpoint.NumErrors != 1 || own.Answered != 7 || own.AverageSeconds <= 0 {
			t.Errorf("%+v, %+v", endpoint, own)
		}
	}
	if _, err := guest.SubscribeSync("$SRV.>"); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-refused:
		if !errors.Is(err, nats.ErrPermissionViolation) {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Error("a guest may answer in the place of a service")
	}
}

// TestRefusalsAreErrors: who cannot be served is told in the headers of services
// too, and in the body as ever.
func TestRefusalsAreErrors(t *testing.T) {
	o := open(t, nil)
	for _, on := range []string{subject.ServiceLogon, subject.ServiceStatus, subject.ServiceReport} {
		msg, err := o.nc.Request(on, []byte("nonsense"), patience)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := events.Unmarshal[events.LogonAnswer](msg.Data)
		if err != nil || answer.Result != events.InvalidData || msg.Header.Get(micro.ErrorCodeHeader) != "9008" {
			t.Errorf("%s: %+v, %v, %v", on, answer, msg.Header, err)
		}
	}
}

// TestReadyMeansReady: a broker is not ready before it answers, nor before somebody
// leads its zones; then who asks is answered at once.
func TestReadyMeansReady(t *testing.T) {
	bus := natstest.Start(t)
	c := twoZones(t, t.TempDir(), "")
	idle, err := Start(t.Context(), Options{
		Config: c, Name: "idle", NATS: bus.URL, HTTP: "127.0.0.1:0", Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer idle.close()
	leading, stop := context.WithCancel(t.Context())
	defer stop()
	held, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for leading.Err() == nil { // on a slow machine it may be lost
			_ = idle.leases.Hold(leading, "main", "idle", journal.Anybody, func(ctx context.Context) error {
				select {
				case <-held:
				default:
					close(held)
				}
				<-ctx.Done()
				return nil
			})
		}
	}()
	<-held
	if text := idle.missing(); text == "" {
		t.Error("a broker that does not run is ready")
	}
	b := start(t, bus, "broker-1", c)
	eventually(t, "all but a leader is there", func() bool {
		code, text := b.readyz()
		return code == http.StatusServiceUnavailable && strings.Contains(text, "zone main: nobody is known to lead it")
	})
	stop()
	<-ended
	b.becomes(true)
	for _, on := range []string{subject.ServiceLogon, subject.ServiceStatus, subject.ServiceReport} {
		if _, err := bus.NC.Request(on, []byte("nonsense"), patience); err != nil {
			t.Errorf("%s: %v", on, err)
		}
	}
	if code := newDesk(t, bus.URL, "1001").logOn("main"); code != events.Success {
		t.Errorf("AGTLogon: %d", code)
	}
}
