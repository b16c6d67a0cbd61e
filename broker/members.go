package broker

import (
	"context"
	"time"
)

// announce makes the broker a member as soon as it can take over any zone without
// a delay, until the context ends.
func (b *Broker) announce(ctx context.Context) {
	for _, z := range b.zones {
		select {
		case <-z.Ready():
		case <-ctx.Done():
			return
		}
	}
	for ctx.Err() == nil {
		if err := b.members.Announce(ctx); err != nil {
			b.log.Warn("this broker is no member for a moment: zones may move", "error", err)
			pause(ctx)
		}
	}
}

func (b *Broker) watchMembers(ctx context.Context) error {
	for {
		err := b.members.Watch(ctx)
		if ctx.Err() != nil {
			return nil
		}
		b.log.Warn("the members are not known for a moment: zones stay where they are", "error", err)
		pause(ctx)
	}
}

// pause is between two attempts at what the bus does not let us do.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
}
