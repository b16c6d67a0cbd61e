package broker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
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

// healthz says that the process lives, and what its zones have done.
func (w *web) healthz(r http.ResponseWriter, _ *http.Request) {
	zones := map[string]any{}
	for i, name := range w.broker.options.Config.ZoneNames() {
		zones[name] = w.broker.zones[i].Counts()
	}
	r.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(r).Encode(map[string]any{"broker": w.broker.options.Name, "zones": zones})
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
	ctx, cancel := context.WithTimeout(req.Context(), 2*time.Second)
	defer cancel()
	if err := w.broker.leases.Probe(ctx, w.broker.options.Name); err != nil {
		http.Error(r, "not ready: the bus does not take writes: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(r, "ready")
}
