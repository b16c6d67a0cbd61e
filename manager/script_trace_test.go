package manager

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/deskbus/deskbus/internal/script"
)

// How events and values look in a trace.
var (
	traceLine = script.Trace
	show      = script.Show
	showData  = script.ShowData
)

func (p *player) showStatus(id string) {
	a := p.s.Agents[id]
	switch {
	case a == nil:
		fmt.Fprintf(&p.out, "%s unknown\n", id)
	case !a.LoggedOn:
		fmt.Fprintf(&p.out, "%s logged off\n", id)
	default:
		fmt.Fprintf(&p.out, "%s %s %s %s conn=%s job=%s session=%s since=%s\n", id, a.AgentState, a.NailupStatus,
			a.CallState, a.Conn, show(a.Job), show(a.Session), showTime(a.CallSince))
	}
}

// showCallbacks says where each callback is.
func (p *player) showCallbacks() {
	for _, id := range slices.Sorted(maps.Keys(p.s.Callbacks)) {
		c := p.s.Callbacks[id]
		place := "waits for its time"
		switch {
		case c.Agent != "":
			place = "with " + c.Agent
		case c.Near:
			place = "looks for an agent of " + show(c.Job)
		}
		fmt.Fprintf(&p.out, "%s of %s, due %s, expires %s, %s\n", id, c.ContactID, showTime(c.Due), showTime(c.Expires), place)
	}
}

func (p *player) showTimers() {
	for _, timer := range slices.Sorted(maps.Keys(p.s.Timers)) {
		at, _ := p.s.deadline(timer)
		fmt.Fprintf(&p.out, "%s at %s\n", timer, showTime(at))
	}
}

func showTime(at int64) string { return time.UnixMicro(at).UTC().Format("15:04:05.000") }

// showPacing shows what the campaign has seen, and how many lines that allows.
func (p *player) showPacing() {
	j := p.s.Jobs[p.campaign.Name]
	fmt.Fprintf(&p.out, "%d attempts, %d answers, allowance %d: %d lines for %d idle agents, %d in the air\n",
		j.Seen.Attempts, j.Seen.Answers, j.Seen.Allowance, j.lines(), j.idle.live, j.Dialing)
}
