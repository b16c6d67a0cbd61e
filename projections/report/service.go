package report

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/subject"
)

// Config says what is reported, and where to.
type Config struct {
	NC *nats.Conn
	JS jetstream.JetStream
	// Host is the broker; its zones are reported.
	Host *service.Host
	// Feeds are the zones of the host, joined for as long as the service runs.
	Feeds map[string]*feed.Zone
	// Database is a postgres:// URL, or the path of an SQLite file of this broker
	// alone.
	Database string
	// Alone runs fn while this broker alone may write. The context it gives ends
	// when that is over.
	Alone  func(ctx context.Context, fn func(context.Context) error) error
	Logger *slog.Logger
}

// Service keeps the reports and answers requests.
type Service struct {
	config   Config
	database *database
	metrics  metrics
	// unread is told while the database cannot be read.
	unread *trouble
}

// New returns a service that has not connected to its database yet. It fails when
// Database cannot be the URL of one.
func New(c Config) (*Service, error) {
	d, err := openDatabase(c.Database)
	if err != nil {
		return nil, fmt.Errorf("reports: %w", err)
	}
	return &Service{
		config: c, database: d, metrics: newMetrics(c.Host.Registerer),
		unread: &trouble{begins: "reports: the database cannot be read", ends: "reports: the database can be read again"},
	}, nil
}

// Close closes the database. Nothing may use the service any more.
func (s *Service) Close() { _ = s.database.db.Close() }

// Run writes the rows and answers on subject.ServiceReport until the context
// ends; then it returns nil. The zones' streams and the database need not be there
// yet.
//
// It fails at once when the service cannot be set up, and later only when the
// connection is closed for good. A closed handler of the connection must have
// been set before.
func (s *Service) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	var writing sync.WaitGroup
	defer writing.Wait()
	defer stop()
	closed := make(chan struct{})
	served, err := s.config.Host.Start(s.config.NC, service.Config{
		Name: "report", Description: "Reports by agent and by campaign", Subject: subject.ServiceReport,
		Handler: func(r service.Request) { s.handle(ctx, r) }, Done: func() { close(closed) },
	})
	if err != nil {
		return err
	}
	writing.Go(func() { s.write(ctx) })
	select {
	case <-ctx.Done():
		if err := served.Stop(); err != nil {
			s.config.Logger.Warn("reports: stopping the service", "error", err)
		}
		return nil
	case <-closed:
		return errors.New("reports: the connection to NATS is closed")
	}
}

// write writes while this broker may.
func (s *Service) write(ctx context.Context) {
	t := standstill(s.metrics.ofAll(s.config.Host.Zones)...)
	for ctx.Err() == nil {
		t.tell(ctx, s.config.Logger, s.config.Alone(ctx, func(ctx context.Context) error {
			if err := s.database.migrate(ctx); err != nil {
				return fmt.Errorf("database: %w", err)
			}
			t.over(s.config.Logger)
			s.writeZones(ctx)
			return ctx.Err()
		}))
		pause(ctx)
	}
}

func (s *Service) writeZones(ctx context.Context) {
	var zones sync.WaitGroup
	for _, zone := range s.config.Host.Zones {
		w := &writer{
			zone: zone, feed: s.config.Feeds[zone], js: s.config.JS, database: s.database, queue: maxQueue,
			log: s.config.Logger.With("zone", zone), metrics: s.metrics,
		}
		zones.Go(func() { w.run(ctx) })
	}
	zones.Wait()
}

// handle runs on the one goroutine of the subscription: one report at a time is
// what strangers may ask for.
func (s *Service) handle(ctx context.Context, req service.Request) {
	var a events.ReportAnswer
	r, err := events.Unmarshal[events.ReportRequest](req.Data())
	if err != nil || r.V != events.Version {
		// Nothing of what cannot be read is sent back.
		a = refusal("", events.InvalidData, "the request cannot be read")
	} else {
		a = s.Answer(ctx, r)
	}
	send := req.Refuse
	switch a.Result {
	case events.Success, events.AgentUnknown, events.NoCampaigns:
		send = req.Answer // there is an answer, and be it that nobody is there
	}
	if err := send(a.Result, &a); err != nil {
		s.config.Logger.Warn("reports: answer not sent", "zone", a.ZoneName, "error", err)
	}
}

// Answer answers one request: a page of at most maxAnswer bytes.
func (s *Service) Answer(ctx context.Context, r events.ReportRequest) events.ReportAnswer {
	a := s.answer(ctx, r, maxPage)
	left := maxAnswer
	for i := range a.Rows {
		if left -= rowSize(&a.Rows[i]); left < 0 && i > 0 {
			a.Rows, a.More = a.Rows[:i], true
			break
		}
	}
	return a
}

const (
	// maxAnswer bounds an answer in bytes, well below what NATS lets through.
	maxAnswer = 512 << 10
	// maxPage bounds the rows of an answer.
	maxPage = 1000
)

func rowSize(r *events.ReportRow) int {
	b, err := events.Marshal(r)
	if err != nil {
		return 0 // and so the answer as a whole
	}
	return len(b)
}

func refusal(zone string, code events.Code, format string, args ...any) events.ReportAnswer {
	return events.ReportAnswer{V: events.Version, Result: code, Message: fmt.Sprintf(format, args...), ZoneName: zone}
}

// answer answers with up to limit rows, and says whether there are more.
func (s *Service) answer(ctx context.Context, r events.ReportRequest, limit int) events.ReportAnswer {
	if code, message := s.check(&r); code != events.Success {
		return refusal(r.ZoneName, code, "%s", message)
	}
	q := queryOf(&r, limit)
	result, err := s.database.report(ctx, q)
	if err == nil {
		s.unread.over(s.config.Logger)
	}
	switch {
	case err != nil:
		// Where the database is does not concern everybody who asks.
		s.unread.tell(ctx, s.config.Logger, err)
		return refusal(r.ZoneName, events.SystemNotAvailable, "the reports cannot be read for now: try again later")
	case !result.known && r.By == events.ReportByAgent:
		return refusal(r.ZoneName, events.AgentUnknown, "there has never been an agent %q in zone %s", r.ID, r.ZoneName)
	case !result.known:
		return refusal(r.ZoneName, events.NoCampaigns, "there has never been a campaign %q in zone %s", r.ID, r.ZoneName)
	}
	return events.ReportAnswer{
		V: events.Version, ZoneName: r.ZoneName, ZN: result.mark.ZN, At: result.mark.At,
		From: q.from * second, To: q.to * second, Rows: result.rows, More: result.more,
	}
}

// second is one in microseconds.
const second = int64(time.Second / time.Microsecond)

// maxRange bounds a report in time.
const maxRange = 366 * 24 * time.Hour

// maxOffset is how far clocks are from UTC at most, in minutes.
const maxOffset = 14 * 60

// check finds what is wrong with a request.
func (s *Service) check(r *events.ReportRequest) (events.Code, string) {
	switch {
	case !slices.Contains(s.config.Host.Zones, r.ZoneName):
		return events.ZoneNotFound, fmt.Sprintf("there is no zone %q: want one of %q", r.ZoneName, s.config.Host.Zones)
	case r.By != events.ReportByAgent && r.By != events.ReportByCampaign:
		return events.InvalidData, fmt.Sprintf("a report is by agent or by campaign, not by %q", r.By)
	case !slices.Contains([]int{0, 15, 30, 60}, r.Minutes):
		return events.InvalidData, fmt.Sprintf("there are no intervals of %d minutes: want 15, 30 or 60, or 0 for the whole range", r.Minutes)
	case r.Offset%15 != 0 || r.Offset < -maxOffset || r.Offset > maxOffset:
		return events.InvalidData, fmt.Sprintf("no clock is %d minutes ahead of UTC: want a multiple of 15, up to 14 hours", r.Offset)
	case r.From < 0 || r.To <= r.From:
		return events.InvalidData, fmt.Sprintf("the range is empty: from %s to %s", clock(r.From), clock(r.To))
	case r.To-r.From > int64(maxRange/time.Microsecond):
		return events.InvalidData, fmt.Sprintf("the range is too long: from %s to %s; want at most a year", clock(r.From), clock(r.To))
	}
	return events.Success, ""
}

// clock writes a time for people.
func clock(at int64) string { return time.UnixMicro(at).UTC().Format(time.RFC3339) }
