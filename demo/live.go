package demo

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"golang.org/x/term"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// live prints what happens, once a second on a terminal and less often into a
// file.
type live struct {
	config   Config
	refusals *refusals
	nc       *nats.Conn
	terminal bool
	fd       int
	zn       uint64
	at       time.Time
}

const (
	terminalEvery = time.Second
	fileEvery     = 5 * time.Second
)

func showLive(ctx context.Context, c Config, r *refusals) error {
	nc, err := nats.Connect(c.URL, nats.Name("deskbus demo"), nats.MaxReconnects(-1))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer nc.Close()
	l := &live{config: c, refusals: r, nc: nc}
	every := fileEvery
	if f, ok := c.Out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		l.terminal, l.fd, every = true, int(f.Fd()), terminalEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if l.terminal {
				fmt.Fprintln(c.Out)
			}
			return nil
		case <-tick.C:
			l.print()
		}
	}
}

// print asks the status service, as anybody may.
func (l *live) print() {
	body, err := events.Marshal(events.StatusRequest{V: events.Version, ZoneName: l.config.Zone})
	if err != nil {
		return
	}
	msg, err := l.nc.Request(subject.ServiceStatus, body, terminalEvery)
	if err != nil {
		l.line("waiting for the status service: " + err.Error())
		return
	}
	answer, err := events.Unmarshal[events.StatusAnswer](msg.Data)
	if err != nil || answer.Result != events.Success {
		l.line("waiting for the zone")
		return
	}
	now := time.Now()
	rate := 0.0
	if !l.at.IsZero() && answer.ZN >= l.zn {
		rate = float64(answer.ZN-l.zn) / now.Sub(l.at).Seconds()
	}
	l.zn, l.at = answer.ZN, now
	l.line(summary(answer) + fmt.Sprintf(" | %.0f events/s", rate) + l.refusals.summary())
}

func (l *live) line(text string) {
	text = time.Now().UTC().Format("15:04:05Z") + "  " + text
	if l.terminal {
		// A line that wraps could not be written over.
		if width, _, err := term.GetSize(l.fd); err == nil && len(text) >= width {
			text = text[:max(0, width-1)]
		}
		fmt.Fprintf(l.config.Out, "\r\x1b[K%s", text)
	} else {
		fmt.Fprintln(l.config.Out, text)
	}
}

// activities is what agents may be doing, in the order of the line.
var activities = []string{
	"talking", "holding", "consulting", "conferring", "previewing", "dialing", "wrapping up", "idle", "being nailed",
	"not ready",
}

// summary counts calls, and agents by what they do.
func summary(a events.StatusAnswer) string {
	counts, calls := map[string]int{}, map[string]bool{}
	for _, agent := range a.Agents {
		what := activity(agent)
		counts[what]++
		switch what {
		case "talking", "holding", "consulting", "conferring":
			calls[agent.Status.SessionID] = true
		}
	}
	var parts []string
	for _, what := range activities {
		if counts[what] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[what], what))
		}
	}
	return fmt.Sprintf("%d calls | %s", len(calls), strings.Join(parts, ", "))
}

func activity(a events.AgentStatus) string {
	if !a.LoggedOn {
		return "off"
	}
	switch a.Status.CallState {
	case events.Talking:
		return "talking"
	case events.Held:
		return "holding"
	case events.Consult:
		return "consulting"
	case events.ConferenceOwner, events.ConferencePassive:
		return "conferring"
	case events.Preview, events.Callback:
		return "previewing"
	case events.Dialing:
		return "dialing"
	case events.Wrapup:
		return "wrapping up"
	}
	switch {
	case a.Status.AgentState != events.Ready:
		return "not ready"
	case a.Status.NailupStatus != events.NailedUp:
		return "being nailed"
	}
	return "idle"
}
