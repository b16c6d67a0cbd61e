package connector

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// AGTLogon logs the agent on with the password (L995). Without force, a session
// saved with AGTSaveAgentForHA is resumed (reading 2). An object stays with the
// zone of its first logon; another zone is 9997. While the agent is logged on
// or a logon is under way it returns 7.
func (a *Agent) AGTLogon(agentExt, pwd string, isForce bool, locale, timeZone, zoneName string) events.Code {
	return a.logon(events.LogonRequest{Password: &pwd}, events.LogonParams{
		AgentExt: agentExt, IsForce: isForce, Locale: &locale, TimeZone: &timeZone, ZoneName: zoneName,
	})
}

// AGTLogonAACC is the AACC form of AGTLogon: the name and the skills come from
// the desktop (L1035). With Config.Service the service vouches for the agent,
// and the agent's password is not used (L1040).
func (a *Agent) AGTLogonAACC(agentExt, pwd string, isForce bool, locale, timeZone, zoneName, agentName string,
	agentSkills []events.POMAgentSkill) events.Code {
	p := events.LogonParams{
		AgentExt: agentExt, IsForce: isForce, Locale: &locale, TimeZone: &timeZone, ZoneName: zoneName,
		AgentName: agentName, AgentSkills: slices.Clone(agentSkills),
	}
	if s := a.factory.service; s.ID != "" {
		return a.logon(events.LogonRequest{
			Service: s.ID, Password: &s.Password, AgentName: &agentName, AgentSkills: p.AgentSkills,
		}, p)
	}
	return a.logon(events.LogonRequest{Password: &pwd}, p)
}

// logon accepts an AGTLogon, or says at once why not. The request says whose
// password it is.
func (a *Agent) logon(request events.LogonRequest, p events.LogonParams) events.Code {
	if !subject.ValidZone(p.ZoneName) {
		return events.InvalidArgument
	}
	if !a.factory.nc.IsConnected() {
		return events.POMNotAvailableCode
	}
	z, err := a.factory.zone(p.ZoneName)
	if err != nil {
		a.factory.log.Error("connector: cannot join the zone", "zone", p.ZoneName, "error", err)
		return events.SDKFailure
	}
	parent := a.factory.trace(a.id)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.ctx.Err() != nil:
		return events.AgentUnknown
	case a.state != loggedOff:
		return events.AgentAlreadyLoggedIn
	case a.zone != nil && a.zone != z:
		return events.InvalidArgument
	}
	if a.zone == nil {
		a.zone = z
	}
	a.state = loggingOn
	request.AgentID, request.ZoneName, request.Conn = a.id, p.ZoneName, a.session
	go a.logonSteps(a.open(parent, events.AGTLogon, ""), request, p)
	return events.Success
}

// logonSteps does what must precede the command: find the zone alive, follow
// the agent's events, get a ticket for the password.
func (a *Agent) logonSteps(c *command, request events.LogonRequest, p events.LogonParams) {
	ctx, cancel := context.WithDeadline(a.ctx, c.deadline)
	defer cancel()
	a.zone.attach(a)
	if a.ctx.Err() != nil {
		a.zone.detach(a)
		return
	}
	if !a.zone.await(ctx) {
		a.logonFailed(c, events.PAMNotAvailableForZone, nil)
		return
	}
	if err := a.follow(ctx); err != nil {
		a.logonFailed(c, events.POMNotAvailableCode, err)
		return
	}
	answer, result, err := a.factory.ticket(ctx, request)
	if result != events.Success {
		a.logonFailed(c, result, err)
		return
	}
	p.Ticket = answer.Ticket
	data, err := events.Marshal(p)
	if err != nil || len(data) > maxParams {
		a.logonFailed(c, events.SDKFailure, err)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waits(c) {
		a.enqueue(c, data)
	}
}

func (a *Agent) logonFailed(c *command, code events.Code, err error) {
	entry, _ := events.Lookup(code)
	log := a.factory.log.With("zone", a.zone.name, "agent", a.id, "command", events.AGTLogon, "code", int(code), "message", entry.Message)
	if err != nil {
		log = log.With("error", err)
	}
	log.Warn("connector: logon failed")
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waits(c) {
		a.refuse(c, code)
	}
}

// follow subscribes to the agent's events, once for all logons, and waits until
// the server knows. The zone has sent a heartbeat by now, so that even the loss
// of the first event is noticed.
func (a *Agent) follow(ctx context.Context) error {
	a.mu.Lock()
	if a.follower == nil && a.ctx.Err() == nil {
		follower, err := a.zone.feed.Follow(feed.FollowConfig{
			Agent: a.id, OnEvent: a.event,
		})
		if err != nil {
			a.mu.Unlock()
			return err
		}
		a.follower = follower
	}
	a.mu.Unlock()
	return a.factory.nc.FlushWithContext(ctx)
}

// ticket exchanges a password for a ticket; the password goes no further. The
// code is 0 when there is one. An error comes with 9999, or 9996 when the answer
// cannot be read.
func (f *Factory) ticket(ctx context.Context, request events.LogonRequest) (events.LogonAnswer, events.Code, error) {
	request.V = events.Version
	body, err := events.Marshal(request)
	if err != nil {
		return events.LogonAnswer{}, events.SDKFailure, err
	}
	m, err := f.nc.RequestWithContext(ctx, subject.ServiceLogon, body)
	if err != nil {
		return events.LogonAnswer{}, events.POMNotAvailableCode, fmt.Errorf("logon service: %w", err)
	}
	answer, err := events.Unmarshal[events.LogonAnswer](m.Data)
	if err != nil {
		return events.LogonAnswer{}, events.SDKFailure, err
	}
	if answer.Result == events.Success && answer.Ticket == "" {
		return events.LogonAnswer{}, events.SDKFailure, errors.New("logon service: no ticket")
	}
	return answer, answer.Result, nil
}
