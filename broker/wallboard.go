package broker

import (
	"context"

	"github.com/deskbus/deskbus/projections/wallboard"
)

// newBoard returns the wallboard of all zones.
func (b *Broker) newBoard() *wallboard.Board {
	names := map[string]string{}
	for _, a := range b.options.Config.Agents {
		names[a.ID] = a.Name
	}
	return wallboard.New(wallboard.Config{Zones: b.options.Config.ZoneNames(), Names: names, Logger: b.log})
}

func (b *Broker) runBoard(ctx context.Context) error {
	b.site.board.Run(ctx, b.feeds, b.js, b.checkpoints)
	return nil
}
