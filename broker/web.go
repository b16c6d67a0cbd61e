package broker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/deskbus/deskbus/projections/wallboard"
	"github.com/deskbus/deskbus/web"
)

// site serves what operators and orchestrators ask a broker, and the wallboard.
type site struct {
	broker   *Broker
	board    *wallboard.Board
	listener net.Listener
	server   *http.Server
}

func listen(b *Broker, address string) (*site, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("http address %q: %w: choose another one with --http", address, err)
	}
	b.warnExposed(address, "who reaches it sees the wallboard, the reports and the metrics; put a proxy with a password before it")
	s := &site{broker: b, board: b.newBoard(), listener: listener}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if b.reports != nil {
		mux.Handle("GET /api/reports", b.reports)
	}
	mux.Handle("GET /metrics", promhttp.HandlerFor(b.registry, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(b.log.Handler(), slog.LevelWarn),
	}))
	mux.Handle("/", web.Handler(s.board))
	s.server = &http.Server{Handler: guarded(mux, listener.Addr()), ReadHeaderTimeout: 5 * time.Second}
	return s, nil
}

// guarded keeps the web pages of strangers out. They may not embed what is here;
// and a broker that listens on loopback answers no request for a name that
// somebody on the internet could own, and have mean this computer (DNS rebinding).
func guarded(next http.Handler, address net.Addr) http.Handler {
	local := address.(*net.TCPAddr).IP.IsLoopback()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
		if local && foreign(r.Host) {
			http.Error(w, "this broker answers on its own computer only, by its address or as localhost", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// foreign tells whether the host of a request may be anybody's: neither an address
// nor a name without a dot.
func foreign(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return net.ParseIP(strings.Trim(host, "[]")) == nil && strings.Contains(host, ".")
}

func (s *site) address() string { return s.listener.Addr().String() }

func (s *site) serve() error {
	if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("http: %w", err)
	}
	return nil
}

func (s *site) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = s.server.Shutdown(ctx)
	_ = s.listener.Close()
}

// healthz says that the process lives. What it does is in the metrics.
func (s *site) healthz(r http.ResponseWriter, _ *http.Request) {
	_, _ = fmt.Fprintln(r, "alive")
}

// readyz says that the broker can work: it has come up, no zone is in trouble, and
// a write to the bus is acknowledged, because a bus can look well while its writes
// are stuck.
func (s *site) readyz(r http.ResponseWriter, req *http.Request) {
	for i, name := range s.broker.options.Config.ZoneNames() {
		if err := s.broker.zones[i].Trouble(); err != nil {
			http.Error(r, "not ready: zone "+name+": "+err.Error(), http.StatusServiceUnavailable)
			return
		}
	}
	if missing := s.broker.missing(); missing != "" {
		http.Error(r, "not ready: "+missing, http.StatusServiceUnavailable)
		return
	}
	if err := s.broker.probe(req.Context()); err != nil {
		http.Error(r, "not ready: the bus does not take writes: "+err.Error(), http.StatusServiceUnavailable)
		return
	}
	_, _ = fmt.Fprintln(r, "ready")
	// No reason to be taken away: the other one may be wrong.
	if others := s.broker.members.Differing(); len(others) > 0 {
		_, _ = fmt.Fprintln(r, "with another configuration than "+strings.Join(others, " "))
	}
}

// missing says what a broker that has just begun does not have yet, "" for nothing:
// who asks it is answered, and who logs on finds a leader.
func (b *Broker) missing() string {
	for i, name := range b.options.Config.ZoneNames() {
		select {
		case <-b.zones[i].Ready():
		default:
			return "zone " + name + ": its journal is being read"
		}
		if !b.feeds[name].Heard() {
			return "zone " + name + ": nobody is known to lead it"
		}
	}
	services := []string{"logon", "status"}
	if b.reports != nil {
		services = append(services, "report")
	}
	for _, name := range services {
		if !b.services.Started(name) {
			return "the service " + name + " does not listen yet"
		}
	}
	return ""
}
