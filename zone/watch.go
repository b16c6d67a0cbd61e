package zone

import (
	"context"
	"time"

	"github.com/deskbus/deskbus/journal"
)

const (
	// lookEvery is the time between two looks at the streams. The leader does not
	// wait for them.
	lookEvery = 5 * time.Second
	// lookTimeout is how long one may take.
	lookTimeout = 5 * time.Second
	// trimInboxAbove is how many bytes the inbox may have before what is decided is
	// removed from it. It takes an eighth of what senders may pile up.
	trimInboxAbove = 128 << 20
)

// show makes the zone's numbers public.
func (l *leader) show() {
	w := &watched{Sample: l.state.Sample(), strangers: l.feed.Strangers()}
	if s := l.zone.streams.Load(); s != nil {
		w.pending = s.InboxLast - min(s.InboxLast, l.inbox.Sequence)
	}
	l.zone.watched.Store(w)
}

// watchStreams looks at the streams until the context ends.
func (z *Zone) watchStreams(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for published := uint64(0); ; {
		z.streams.Store(z.look(ctx, published))
		// What is committed now may be on its way to the feed until the next look.
		if w := z.watched.Load(); w != nil {
			published = w.ZN + w.strangers
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look compares the feed with what it must hold by now: what was committed at the look
// before. It returns nil when the bus does not tell.
func (z *Zone) look(ctx context.Context, published uint64) *streams {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	sizes, err := journal.Measure(ctx, z.config.JS, z.config.Name)
	if err != nil {
		z.log.Debug("the sizes of the streams are not known for a moment", "error", err)
		return nil
	}
	if decided := z.decided.Load(); sizes.InboxBytes > z.trimInboxAbove && decided > 0 {
		if err := journal.TrimInbox(ctx, z.config.JS, z.config.Name, decided); err != nil {
			z.log.Warn("the inbox grows on", "error", err)
		}
	}
	return &streams{Sizes: sizes, lag: published - min(published, sizes.FeedLast)}
}
