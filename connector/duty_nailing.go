package connector

import "github.com/deskbus/deskbus/events"

// offerNailing says once a session that the agent can be nailed up: at its first
// Ready (L2411, reading 16). It is called when state or nailing were notified. A
// session that was resumed tells its state first, so the nailing may not be
// known yet; one that is nailed, or about to be, was offered before.
func (d *duties) offerNailing() {
	if d.manual.AvailableForNailup || d.offered || d.status.AgentState != events.Ready || d.status.NailupStatus == "" {
		return
	}
	d.offered = true
	if d.status.NailupStatus == events.NotNailedUp {
		d.command(events.AGTAvailableForNailup, "", events.NoParams{})
	}
}

// nailingAnswered offers once more what did not take effect: an agent who is not
// available would wait for ever.
func (d *duties) nailingAnswered(name string, result events.Code) {
	switch name {
	case events.RESP(events.AGTNailupAgent):
		d.offered = d.offered || result == events.Success
	case events.RESP(events.AGTAvailableForNailup):
		switch result {
		case events.NotInThisState: // the Ready was over; the next one will do
			d.offered = false
		case events.POMNotAvailableCode:
			d.offered = false
			d.offerNailing()
		}
	}
}

// allowNailing lets the phone ring (L642).
func (d *duties) allowNailing() {
	if !d.manual.ReadyForNailup && d.status.NailupStatus == events.PendingNailup {
		d.command(events.AGTReadyForNailup, "", events.NoParams{})
	}
}
