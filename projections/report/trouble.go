package report

import (
	"context"
	"log/slog"
	"time"
)

// retryAfter is the pause after something went wrong.
const retryAfter = 2 * time.Second

// trouble is what is wrong with the reports for now. It is told once: a database
// that is away for a night must not fill the log.
type trouble struct{ told bool }

func (t *trouble) tell(ctx context.Context, log *slog.Logger, err error) {
	switch {
	case ctx.Err() != nil:
	case t.told:
		log.Debug("reports: still standing still", "error", err)
	default:
		log.Warn("reports: standing still, trying again", "error", err)
		t.told = true
	}
}

func (t *trouble) over(log *slog.Logger) {
	if t.told {
		log.Info("reports: going on")
		t.told = false
	}
}

func pause(ctx context.Context) { sleep(ctx, retryAfter) }

func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
