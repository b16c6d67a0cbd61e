package status

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/subject"
)

// maxWaiting is how many requests may wait for a number at a time; the next one
// is refused with SystemNotAvailable at once.
const maxWaiting = 256

// server answers requests from the folds of its zones.
type server struct {
	zones  map[string]*zone
	logger *slog.Logger
	// ctx ends the waiting when the service stops.
	ctx context.Context
	// waiting holds one token for each request that waits.
	waiting chan struct{}
}

// Config is what Run needs.
type Config struct {
	NC *nats.Conn
	JS jetstream.JetStream
	// Host is the broker; its zones are served.
	Host *service.Host
	// Feeds are the zones of the host, joined for as long as it runs.
	Feeds map[string]*feed.Zone
	// Checkpoints is where checkpoints are kept.
	Checkpoints feed.Store
	Logger      *slog.Logger
}

// Run folds the feeds of the zones and answers on subject.ServiceStatus until
// the context ends; then it returns nil. The zones' streams need not exist yet.
// Every broker runs one; a request goes to one of them.
//
// It fails at once when the service cannot be set up, and later only when the
// connection is closed for good. A closed handler of the connection must have
// been set before.
func Run(ctx context.Context, c Config) error {
	ctx, cancel := context.WithCancel(ctx)
	s := &server{
		zones:   make(map[string]*zone, len(c.Host.Zones)),
		logger:  c.Logger,
		ctx:     ctx,
		waiting: make(chan struct{}, maxWaiting),
	}
	defer s.stopWaiting()
	var folds sync.WaitGroup
	defer folds.Wait()
	defer cancel()
	folded := promauto.With(c.Host.Registerer).NewGaugeVec(prometheus.GaugeOpts{
		Name: "deskbus_status_number", Help: "Number of the newest event that the status service knows.",
	}, []string{"zone"})
	for _, name := range c.Host.Zones {
		s.zones[name] = &zone{name: name, folded: folded.WithLabelValues(name)}
	}
	closed := make(chan struct{})
	served, err := c.Host.Start(c.NC, service.Config{
		Name: "status", Description: "Tells the states of the agents", Subject: subject.ServiceStatus,
		Handler: s.handle, Done: func() { close(closed) },
	})
	if err != nil {
		return err
	}
	for _, z := range s.zones {
		folds.Go(func() { z.follow(ctx, &c) })
	}
	select {
	case <-ctx.Done():
		if err := served.Stop(); err != nil {
			c.Logger.Warn("status: stopping the service", "error", err)
		}
		return nil
	case <-closed:
		return errors.New("status: the connection to NATS is closed")
	}
}

// stopWaiting takes all tokens: it returns when no request waits, and none can
// begin to.
func (s *server) stopWaiting() {
	for range maxWaiting {
		s.waiting <- struct{}{}
	}
}

// handle runs on the one goroutine of the subscription, so it must not wait.
func (s *server) handle(req service.Request) {
	r, err := events.Unmarshal[events.StatusRequest](req.Data())
	if err != nil || !valid(&r) {
		// Nothing of what cannot be read is sent back.
		s.refuse(req, &events.StatusRequest{}, events.InvalidData)
		return
	}
	z := s.zones[r.ZoneName]
	if z == nil {
		s.refuse(req, &r, events.ZoneNotFound)
		return
	}
	if s.answer(req, z, &r) {
		return
	}
	if r.WaitMs == 0 {
		s.refuse(req, &r, events.SystemNotAvailable)
		return
	}
	select {
	case s.waiting <- struct{}{}:
		go func() {
			s.answerLater(req, z, &r)
			<-s.waiting
		}()
	default:
		s.refuse(req, &r, events.SystemNotAvailable)
	}
}

func (s *server) answerLater(req service.Request, z *zone, r *events.StatusRequest) {
	ctx, cancel := context.WithTimeout(s.ctx, time.Duration(r.WaitMs)*time.Millisecond)
	defer cancel()
	z.wait(ctx, r.AtLeast)
	if !s.answer(req, z, r) {
		s.respond(req.Answer, refusal(r, events.SystemNotAvailable))
	}
}

// answer answers if the fold has reached the number the request wants, and tells
// whether it has.
func (s *server) answer(req service.Request, z *zone, r *events.StatusRequest) bool {
	var a events.StatusAnswer
	if !z.read(r.AtLeast, func(f *Fold) { a = answer(f, r) }) {
		return false
	}
	s.respond(req.Answer, &a)
	return true
}

// refuse is for the handler alone.
func (s *server) refuse(req service.Request, r *events.StatusRequest, code events.Code) {
	s.respond(req.Refuse, refusal(r, code))
}

func refusal(r *events.StatusRequest, code events.Code) *events.StatusAnswer {
	return &events.StatusAnswer{V: events.Version, Result: code, ZoneName: r.ZoneName}
}

func (s *server) respond(send func(events.Code, any) error, a *events.StatusAnswer) {
	if err := send(a.Result, a); err != nil {
		s.logger.Warn("status: answer not sent", "zone", a.ZoneName, "error", err)
	}
}
