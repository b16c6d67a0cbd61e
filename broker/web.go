package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// web serves what operators and orchestrators ask a broker.
type web struct {
	broker   *Broker
	listener net.Listener
	server   *http.Server
}

func listen(b *Broker, address string) (*web, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("http address %q: %w: choose another one with --http", address, err)
	}
	w := &web{broker: b, listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", w.healthz)
	mux.HandleFunc("GET /readyz", w.readyz)
	if b.reports != nil {
		mux.Handle("GET /api/reports", b.reports)
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(b.log.Handler(), slog.LevelWarn),
	}))
	w.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	return w, nil
}

func (w *web) address() string { return w.listener.Addr().String() }

func (w *web) serve() error {
	if err := w.server.Serve(w.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http: %w", err)
	}
	return nil
}

func (w *web) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = w.server.Shutdown(ctx)
	_ = w.listener.Close()
}

// healthz says that the process lives. What it does is in the metrics.
func (w *web) healthz(r http.ResponseWriter, _ *http.Request) {
	_, _ = fmt.Fprintln(r, "alive")
}

// readyz says that the broker can work: no zone is in trouble, and a write to the
// bus is acknowledged, because a bus can look well while its writes are stuck.
func (w *web) readyz(r http.ResponseWriter, req *http.Request) {
	for i, name := range w.broker.options.Config.ZoneNames() {
		if err := w.broker.zones[i].Trouble(); err != nil {
			http.Error(r, "not ready: zone "+name+": "+err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	if err := w.broker.probe(req.Context()); err != nil {
		http.Error(r, "not ready: the bus does not take writes: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(r, "ready")
}
