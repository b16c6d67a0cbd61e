package logon

import (
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/subject"
)

const (
	// requestVersion is the version of LogonRequest and LogonAnswer.
	requestVersion = 1
	// maxRequest is the greatest size of a request in bytes. A service sends an
	// agent's skills along.
	maxRequest = 16 << 10
	// waitingPerProcessor is how many requests may be under way for each
	// processor. With a hash of 60 ms (cost 10) the last one is answered after 4
	// seconds; whoever would have to wait longer is better told at once.
	waitingPerProcessor = 64
)

// Service answers logon requests. Make one with [Start].
type Service struct {
	directory *Directory
	zones     []string
	key       Key
	endpoint  micro.Service

	// free has room for as many hashes as may be computed at once.
	free chan struct{}
	// stopping is closed when requests that wait are to be refused.
	stopping chan struct{}

	mu       sync.Mutex
	underway int // requests that were admitted and are not answered
	stopped  bool
	group    sync.WaitGroup // those requests
}

// Start starts to answer logon requests for the zones of the host on nc, which
// must stay open until Stop. It fails when nc is closed.
func Start(nc *nats.Conn, host *service.Host, directory *Directory, key Key) (*Service, error) {
	s := &Service{
		directory: directory, zones: host.Zones, key: key,
		free:     make(chan struct{}, runtime.GOMAXPROCS(0)),
		stopping: make(chan struct{}),
	}
	var err error
	s.endpoint, err = host.Start(nc, service.Config{
		Name: "logon", Description: "Checks a password and gives a ticket", Subject: subject.ServiceLogon, Handler: s.handle,
	})
	return s, err
}

// Stop takes no more requests, refuses those that wait and returns when the
// last hash is computed. It may be called once.
func (s *Service) Stop() {
	s.endpoint.Stop() // fails only when the connection is gone, and then all is done
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	close(s.stopping)
	s.group.Wait()
}

// handle is called for one request after the other and must not wait for a
// hash.
func (s *Service) handle(r service.Request) {
	request, ok := decode(r.Data())
	switch {
	case !ok:
		refuse(r, events.InvalidData)
	case !slices.Contains(s.zones, request.ZoneName):
		refuse(r, events.ZoneNotFound)
	case !s.admit(func() { s.wait(r, request) }):
		refuse(r, events.RequestFailed)
	}
}

func decode(body []byte) (request events.LogonRequest, ok bool) {
	if len(body) > maxRequest {
		return request, false
	}
	request, err := events.Unmarshal[events.LogonRequest](body)
	if err != nil || request.V != requestVersion {
		return request, false
	}
	// A ticket for something that is no connector session could not be used.
	_, err = events.ParseID(events.ID{Conn: request.Conn, N: 1}.String())
	return request, err == nil
}

// admit runs work in the background, or returns false when there is too much of
// it already.
func (s *Service) admit(work func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped || s.underway == waitingPerProcessor*cap(s.free) {
		return false
	}
	s.underway++
	s.group.Go(func() {
		work()
		s.mu.Lock()
		s.underway--
		s.mu.Unlock()
	})
	return true
}

// wait answers a request when its turn comes.
func (s *Service) wait(r service.Request, request events.LogonRequest) {
	select {
	case s.free <- struct{}{}:
	case <-s.stopping:
		answer(r, events.RequestFailed, refusal(events.RequestFailed))
		return
	}
	verdict, a := s.decide(request)
	<-s.free
	answer(r, verdict, a)
}

// decide checks the password and signs what follows from it. The verdict is what
// the ticket says, or why there is none.
func (s *Service) decide(r events.LogonRequest) (verdict events.Code, a events.LogonAnswer) {
	sign, verdict := s.signer(r)
	if sign == nil {
		return verdict, refusal(verdict)
	}
	now := time.Now()
	ticket, err := sign(now)
	if err != nil {
		return events.RequestFailed, refusal(events.RequestFailed)
	}
	return verdict, events.LogonAnswer{
		V: requestVersion, Ticket: ticket, At: now.UnixMicro(), Expires: now.Add(lifetime).UnixMicro(),
	}
}

// signer checks the password and returns what makes the ticket, and what that says.
// There is none for an unknown agent or a wrong service: whoever makes up names
// must not fill the log with them.
func (s *Service) signer(r events.LogonRequest) (sign func(time.Time) (string, error), verdict events.Code) {
	c := Claims{AgentID: r.AgentID, Zone: r.ZoneName, Conn: events.ID{Conn: r.Conn}.Public().Conn, Service: r.Service}
	agents := func(now time.Time) (string, error) { return Sign(s.key, c, now) }
	if r.Service == "" {
		agent, verdict := s.directory.check(r.AgentID, r.Password)
		if verdict == events.AgentNotRegistered {
			return nil, verdict
		}
		c.Verdict, c.Name, c.Skills = verdict, agent.Name, agent.AgentSkills()
		return agents, verdict
	}
	commands, right := s.directory.checkService(r.Service, r.Password)
	switch {
	case !right, r.AgentID != "" && !slices.Contains(commands, events.AGTLogon):
		return nil, events.AuthenticationFailed
	case r.AgentID != "":
		c.vouch(r)
		return agents, c.Verdict
	}
	own := ActorClaims{Service: r.Service, Commands: commands, Zone: r.ZoneName, Conn: c.Conn}
	return func(now time.Time) (string, error) { return SignActor(s.key, own, now) }, events.Success
}

// refuse answers a request at once. It and answer leave it at one attempt: if
// that fails the connection is gone, and the desktop asks again when its time is
// up.
func refuse(r service.Request, code events.Code) { _ = r.Refuse(code, refusal(code)) }

func answer(r service.Request, verdict events.Code, a events.LogonAnswer) { _ = r.Answer(verdict, a) }

func refusal(code events.Code) events.LogonAnswer {
	return events.LogonAnswer{V: requestVersion, Result: code, At: time.Now().UnixMicro()}
}
