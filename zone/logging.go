package zone

import (
	"context"
	"log/slog"
	"strings"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// about is what a line of the log says of an input, which may be nil: whose it
// is, and the cause it is or would have been in the log of the zone.
func about(in manager.Input, at journal.Position) []any {
	var all []any
	switch in := in.(type) {
	case nil:
	case manager.Command:
		all = []any{"agent", in.Agent, "command", in.Name, "cause", manager.CauseOf(in)}
	case manager.SwitchEvent:
		all = []any{"switch", in.Switch, "event", in.Name, "cause", manager.CauseOf(in)}
	default:
		all = []any{"cause", manager.CauseOf(in)}
	}
	if at.Sequence != 0 {
		all = append(all, "sequence", at.Sequence)
	}
	return all
}

// logCommands says at level debug which commands the commit has answered.
func (l *leader) logCommands() {
	if !l.zone.log.Enabled(context.Background(), slog.LevelDebug) {
		return
	}
	for i := range l.turns {
		if e := &l.turns[i]; e.Kind == events.KindResponse {
			code, _ := events.ResultOf(e.Data)
			l.zone.log.Debug("command answered", "agent", e.Agent, "command", strings.TrimSuffix(e.Name, "RESP"),
				"cause", e.Cause, "code", int(code))
		}
	}
}
