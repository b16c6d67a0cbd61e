package web

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/deskbus/deskbus/projections/wallboard"
)

// writeTimeout is how long a browser may take to accept a message.
const writeTimeout = 5 * time.Second

// stream serves the messages of a board as server-sent events.
//
// A reader that comes back names the last message it has had, in the header
// Last-Event-ID or, because a script cannot set that, in the parameter "last".
type stream struct {
	board *wallboard.Board
	// version is that of the page that understands these messages.
	version string
}

func (s stream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("last")
	}
	subscription, err := s.board.Subscribe(last)
	if err != nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	defer subscription.Close()
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	// The deadlines of the writes stay with the connection.
	w.Header().Set("Connection", "close")
	// A proxy that collects what it passes on would hold up the page.
	w.Header().Set("X-Accel-Buffering", "no")
	out := http.NewResponseController(w)
	hello := wallboard.Message{Event: "hello", Data: fmt.Appendf(nil, `{"page":%q}`, s.version)}
	if write(w, out, hello) != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case m, more := <-subscription.Messages:
			if !more {
				_ = write(w, out, wallboard.Message{Event: "reconnect", Data: []byte("{}")})
				return
			}
			if write(w, out, m) != nil {
				return
			}
		}
	}
}

// write sends one message at once.
func write(w io.Writer, out *http.ResponseController, m wallboard.Message) error {
	if err := out.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if m.ID != "" {
		if _, err := fmt.Fprintf(w, "id: %s\n", m.ID); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(w, "event: %s\ndata: %s\n\n", m.Event, m.Data); err != nil {
		return err
	}
	return out.Flush()
}
