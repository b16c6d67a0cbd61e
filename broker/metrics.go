package broker

import (
	"context"
	"runtime/debug"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

const (
	// probeEvery is the time between two writes that show that the bus takes
	// writes.
	probeEvery = 5 * time.Second
	// probeTimeout is how long one may take.
	probeTimeout = 2 * time.Second
)

// newRegistry has what there is to say of any process, and which build this is.
func newRegistry(name string) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	version, revision, goVersion := build()
	promauto.With(r).NewGauge(prometheus.GaugeOpts{
		Name: "deskbus_build_info", Help: "Always 1; the labels say which broker this is and how it was built.",
		ConstLabels: prometheus.Labels{"broker": name, "version": version, "revision": revision, "goversion": goVersion},
	}).Set(1)
	return r
}

func build() (version, revision, goVersion string) {
	info, known := debug.ReadBuildInfo()
	if !known {
		return "", "", ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	return info.Main.Version, revision, info.GoVersion
}

// busMetrics say how the broker and the bus get along.
type busMetrics struct {
	writable prometheus.Gauge
	failures prometheus.Counter
	duration prometheus.Histogram

	mu          sync.Mutex
	connections map[string]*nats.Conn
}

func newBusMetrics(r prometheus.Registerer) *busMetrics {
	f := promauto.With(r)
	m := &busMetrics{
		writable: f.NewGauge(prometheus.GaugeOpts{
			Name: "deskbus_bus_writable", Help: "Whether the last write that was tried was acknowledged in time.",
		}),
		failures: f.NewCounter(prometheus.CounterOpts{
			Name: "deskbus_bus_probe_failures_total", Help: "Writes that were tried and not acknowledged in time.",
		}),
		duration: f.NewHistogram(prometheus.HistogramOpts{
			Name: "deskbus_bus_probe_duration_seconds", Help: "How long the writes took that were tried.",
			Buckets: prometheus.ExponentialBuckets(1e-4, 3, 10),
		}),
		connections: map[string]*nats.Conn{},
	}
	r.MustRegister(m)
	return m
}

func (m *busMetrics) add(name string, nc *nats.Conn) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.connections[name] = nc
}

var (
	descConnected = prometheus.NewDesc("deskbus_nats_connected",
		"Whether a connection of the broker to NATS is up.", []string{"connection"}, nil)
	descReconnects = prometheus.NewDesc("deskbus_nats_reconnects_total",
		"How often a connection was lost and came back.", []string{"connection"}, nil)
	descReceived = prometheus.NewDesc("deskbus_nats_received_bytes_total",
		"Bytes of the messages received on a connection.", []string{"connection"}, nil)
	descSent = prometheus.NewDesc("deskbus_nats_sent_bytes_total",
		"Bytes of the messages sent on a connection.", []string{"connection"}, nil)
)

// Describe names what Collect sends.
func (m *busMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descConnected, descReconnects, descReceived, descSent} {
		to <- d
	}
}

// Collect is called for each scrape.
func (m *busMetrics) Collect(to chan<- prometheus.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, nc := range m.connections {
		up := 0.0
		if nc.IsConnected() {
			up = 1
		}
		stats := nc.Stats()
		to <- prometheus.MustNewConstMetric(descConnected, prometheus.GaugeValue, up, name)
		to <- prometheus.MustNewConstMetric(descReconnects, prometheus.CounterValue, float64(stats.Reconnects), name)
		to <- prometheus.MustNewConstMetric(descReceived, prometheus.CounterValue, float64(stats.InBytes), name)
		to <- prometheus.MustNewConstMetric(descSent, prometheus.CounterValue, float64(stats.OutBytes), name)
	}
}

// probe tries a write.
func (b *Broker) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	start := time.Now()
	err := b.leases.Probe(ctx, b.options.Name)
	b.bus.duration.Observe(time.Since(start).Seconds())
	if err != nil {
		b.bus.failures.Inc()
		b.bus.writable.Set(0)
	} else {
		b.bus.writable.Set(1)
	}
	return err
}

// watchWrites tries a write from time to time: when the bus takes none, nothing
// else happens that could be counted.
func (b *Broker) watchWrites(ctx context.Context) error {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		if err := b.probe(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("the bus takes no writes", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
