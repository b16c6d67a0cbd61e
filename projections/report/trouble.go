package report

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// retryAfter is the pause after something went wrong.
const retryAfter = 2 * time.Second

// trouble is what is wrong with the reports for now. It is told once: a database
// that is away for a night must not fill the log.
type trouble struct {
	// begins and ends are what the log says.
	begins, ends string
	// shown is 1 meanwhile; there may be none.
	shown []prometheus.Gauge

	mu   sync.Mutex
	told bool
}

// standstill is the trouble of who counts.
func standstill(shown ...prometheus.Gauge) *trouble {
	return &trouble{begins: "reports: standing still, trying again", ends: "reports: going on", shown: shown}
}

// tell passes over what only the end of the context has broken.
func (t *trouble) tell(ctx context.Context, log *slog.Logger, err error) {
	if ctx.Err() != nil {
		return
	}
	if t.changes(true) {
		log.Warn(t.begins, "error", err)
	} else {
		log.Debug(t.begins, "error", err)
	}
}

func (t *trouble) over(log *slog.Logger) {
	if t.changes(false) {
		log.Info(t.ends)
	}
}

// changes tells whether that is news.
func (t *trouble) changes(told bool) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	value := 0.0
	if told {
		value = 1
	}
	for _, gauge := range t.shown {
		gauge.Set(value)
	}
	was := t.told
	t.told = told
	return was != told
}

func pause(ctx context.Context) { sleep(ctx, retryAfter) }

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
