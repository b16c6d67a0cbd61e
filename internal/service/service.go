// Package service is what the brokers' services have in common: how they
// introduce themselves to the tools of NATS (nats micro ls, info, stats), and how
// they answer and are counted.
//
// Every broker runs every service, and the bus gives a request to one of them. A
// handler is called for one request after the other and must not wait; a request
// may be answered later, by any goroutine.
package service

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	dto "github.com/prometheus/client_model/go"

	"github.com/deskbus/deskbus/events"
)

// version is that of the requests and answers.
const version = "1.0.0"

// Host is the broker in which services run.
type Host struct {
	Broker string
	Zones  []string
	// Registerer is where services register further metrics; it may be nil.
	Registerer prometheus.Registerer

	answers  *prometheus.CounterVec
	duration *prometheus.HistogramVec

	mu sync.Mutex
	// started are the services that listen.
	started map[string]bool
}

// NewHost registers what is counted of all services. Nil registers nothing.
func NewHost(r prometheus.Registerer, broker string, zones []string) *Host {
	f := promauto.With(r)
	return &Host{
		Broker: broker, Zones: zones, Registerer: r, started: map[string]bool{},
		answers: f.NewCounterVec(prometheus.CounterOpts{
			Name: "deskbus_service_answers_total", Help: "Requests answered, by service and result code.",
		}, []string{"service", "code"}),
		duration: f.NewHistogramVec(prometheus.HistogramOpts{
			Name: "deskbus_service_duration_seconds", Help: "How long requests took until they were answered.",
			Buckets: prometheus.ExponentialBuckets(1e-5, 4, 10),
		}, []string{"service"}),
	}
}

// Config describes a service.
type Config struct {
	// Name is one word, "logon"; the tools show "deskbus-logon".
	Name        string
	Description string
	Subject     string
	Handler     func(Request)
	// Done is called when the service has ended; it may be nil.
	Done func()
}

// Start starts a service on nc. It fails when nc is closed.
func (h *Host) Start(nc *nats.Conn, c Config) (micro.Service, error) {
	duration := h.duration.WithLabelValues(c.Name)
	s, err := micro.AddService(nc, micro.Config{
		Name: "deskbus-" + c.Name, Version: version, Description: c.Description,
		Metadata: map[string]string{"broker": h.Broker, "zones": strings.Join(h.Zones, ",")},
		// The library's own time is that of the handler, and most requests are
		// answered after it has returned.
		StatsHandler: func(*micro.Endpoint) any { return statistics(duration) },
		DoneHandler: func(micro.Service) {
			if c.Done != nil {
				c.Done()
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("service %s: %w", c.Name, err)
	}
	handler := micro.HandlerFunc(func(r micro.Request) {
		c.Handler(Request{request: r, host: h, service: c.Name, duration: duration, began: time.Now()})
	})
	err = s.AddEndpoint(c.Name, handler, micro.WithEndpointSubject(c.Subject),
		micro.WithEndpointMetadata(map[string]string{"encoding": "msgpack", "documentation": "subjects.md, Services"}))
	if err != nil {
		_ = s.Stop() // fails only when the connection is gone, and then all is done
		return nil, fmt.Errorf("service %s: %w", c.Name, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started[c.Name] = true
	return s, nil
}

// Started tells whether a service listens, or has.
func (h *Host) Started(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.started[name]
}

// Statistics is what the tools show of a service beside their own figures.
type Statistics struct {
	Answered uint64 `json:"answered"`
	// AverageSeconds is from the arrival of a request to its answer.
	AverageSeconds float64 `json:"average_seconds"`
}

func statistics(duration prometheus.Observer) Statistics {
	var m dto.Metric
	if err := duration.(prometheus.Histogram).Write(&m); err != nil || m.Histogram.GetSampleCount() == 0 {
		return Statistics{}
	}
	n := m.Histogram.GetSampleCount()
	return Statistics{Answered: n, AverageSeconds: m.Histogram.GetSampleSum() / float64(n)}
}

// Request is a request that owes an answer.
type Request struct {
	request  micro.Request
	host     *Host
	service  string
	duration prometheus.Observer
	began    time.Time
}

// Data is the body of the request.
func (r Request) Data() []byte { return r.request.Data() }

// Answer sends an answer with this result. The error says that it was not sent.
func (r Request) Answer(code events.Code, answer any) error {
	body, err := events.Marshal(answer)
	if err == nil {
		err = r.request.Respond(body)
	}
	r.count(code)
	return err
}

// Refuse is Answer for a request the service cannot work on. The tools count it
// as an error, and it has the headers of one. Only the handler itself may call
// it, before it returns.
func (r Request) Refuse(code events.Code, answer any) error {
	body, err := events.Marshal(answer)
	if err == nil {
		entry, _ := events.Lookup(code)
		err = r.request.Error(strconv.Itoa(int(code)), entry.Message, body)
	}
	r.count(code)
	return err
}

func (r Request) count(code events.Code) {
	r.host.answers.WithLabelValues(r.service, strconv.Itoa(int(code))).Inc()
	r.duration.Observe(time.Since(r.began).Seconds())
}
