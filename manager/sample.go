package manager

import "github.com/deskbus/deskbus/events"

// Sample is a zone in numbers, for those who watch it.
type Sample struct {
	Epoch uint64
	ZN    uint64
	// LoggedOn counts the agents who are logged on; what follows is about them.
	LoggedOn     int
	AgentStates  map[events.POMAgentState]int
	NailupStates map[events.POMNailupStatus]int
	CallStates   map[events.POMCallState]int
	Disconnected int
	Inbound      int
	// Timers are set, Callbacks have no call yet.
	Timers    int
	Callbacks int
	Jobs      []JobSample
}

// JobSample is a campaign in numbers.
type JobSample struct {
	Name    string
	Running bool
	// Queued contacts are to be dialled in this round, Retrying ones once more
	// when their time comes.
	Queued   int
	Retrying int
	// Open counts the calls, of which Dialing ring and Waiting have no agent yet.
	Open    int
	Dialing int
	Waiting int
	// Idle agents can be given a call.
	Idle int
	// CallbacksDue look for an agent; of CallbacksTold one was told.
	CallbacksDue  int
	CallbacksTold int
	// AbandonLimit is the share of live answers that may find no agent, in
	// thousandths; Allowance is [Seen.Allowance].
	AbandonLimit int
	Allowance    int
}

// Sample counts what there is. It looks at every agent once.
func (s *State) Sample() Sample {
	all := Sample{
		Epoch: s.Epoch, ZN: s.ZN, Timers: len(s.Timers), Callbacks: len(s.Callbacks),
		AgentStates:  map[events.POMAgentState]int{},
		NailupStates: map[events.POMNailupStatus]int{},
		CallStates:   map[events.POMCallState]int{},
	}
	// One map for all three: many agents, few combinations.
	type states struct {
		agent        events.POMAgentState
		nailup       events.POMNailupStatus
		call         events.POMCallState
		disconnected bool
		inbound      bool
	}
	agents := map[states]int{}
	for _, a := range s.Agents {
		if a.LoggedOn {
			agents[states{a.AgentState, a.NailupStatus, a.CallState, a.Disconnected, a.Inbound}]++
		}
	}
	for in, n := range agents {
		all.LoggedOn += n
		all.AgentStates[in.agent] += n
		all.NailupStates[in.nailup] += n
		all.CallStates[in.call] += n
		if in.disconnected {
			all.Disconnected += n
		}
		if in.inbound {
			all.Inbound += n
		}
	}
	for _, name := range s.jobNames {
		all.Jobs = append(all.Jobs, s.Jobs[name].sample(name))
	}
	return all
}

func (j *Job) sample(name string) JobSample {
	return JobSample{
		Name: name, Running: j.Running, Queued: j.Queue.Length, Retrying: j.Retrying,
		Open: j.Open, Dialing: j.Dialing, Waiting: len(j.Waiting), Idle: j.idle.live,
		CallbacksDue: len(j.Callbacks), CallbacksTold: j.Told,
		AbandonLimit: abandonLimit(j.Campaign), Allowance: j.Seen.Allowance,
	}
}
