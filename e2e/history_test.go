package e2e

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// book is the history of what clerks asked for and what they were answered.
type book struct {
	begun time.Time
	mu    sync.Mutex
	lines []porcupine.Operation
	// unknown counts the answers "not available": the command may have been done
	// all the same.
	unknown int
}

func newBook() *book { return &book{begun: time.Now()} }

func (b *book) String() string {
	return fmt.Sprintf("%d commands of clerks, %d of them told that nobody is available", len(b.lines), b.unknown)
}

// request is a clerk's NotReady with a reason. It says "the same reason again"
// when that is the reason already, so it reads what the one before has written.
type request struct {
	clerk  string
	reason string
}

// reasonModel is one agent's reason.
var reasonModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byClerk := map[string][]porcupine.Operation{}
		for _, op := range history {
			clerk := op.Input.(request).clerk
			byClerk[clerk] = append(byClerk[clerk], op)
		}
		var all [][]porcupine.Operation
		for _, ops := range byClerk {
			all = append(all, ops)
		}
		return all
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		reason, code := input.(request).reason, output.(events.Code)
		same := state.(string) == reason
		switch code {
		case events.Success:
			return !same, reason
		case events.SameReason:
			return same, state
		}
		return true, reason // done late or never: porcupine may put it at the end
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprint(input, " -> ", output) },
}

// check lets porcupine find an order in which the answers make sense.
func (b *book) check(t *testing.T) {
	t.Helper()
	result, _ := porcupine.CheckOperationsVerbose(reasonModel, b.lines, patience)
	if result != porcupine.Ok {
		t.Errorf("the answers to the clerks make no sense in any order: %s", result)
	}
}

// enough tells whether so many commands were answered that the history says something.
func (b *book) enough() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.lines)-b.unknown >= 100
}

// clerk is a desktop that changes its reason for being not ready, without a pause.
type clerk struct {
	connector.BaseHandler
	id      string
	agent   *connector.Agent
	answers chan events.Code
	// told are the answers of the broker.
	told    []string
	leaving chan struct{}
	left    chan struct{}
	// lost and found count how often nobody was available, and somebody again.
	lost, found atomic.Int32
}

func startClerk(t *testing.T, f *connector.Factory, id string, b *book) *clerk {
	t.Helper()
	k := &clerk{id: id, answers: make(chan events.Code, 1), leaving: make(chan struct{}), left: make(chan struct{})}
	agent, err := f.GetPOMAgent(id, k)
	if err != nil {
		t.Fatal(err)
	}
	k.agent = agent
	if code := agent.AGTLogon("sip:"+id, password, false, "en", "Europe/Berlin", "main"); code != events.Success {
		t.Fatalf("clerk %s: AGTLogon: %d", id, code)
	}
	if code := <-k.answers; code != events.Success {
		t.Fatalf("clerk %s: AGTLogon is answered with %d", id, code)
	}
	go k.work(b)
	return k
}

func (k *clerk) work(b *book) {
	defer close(k.left)
	dice := rand.New(rand.NewPCG(1, uint64(len(k.id))))
	client := int(k.id[len(k.id)-1])
	for pause := time.NewTicker(5 * time.Millisecond); ; <-pause.C {
		select {
		case <-k.leaving:
			pause.Stop()
			return
		default:
		}
		r := request{k.id, strconv.Itoa(dice.IntN(3))}
		called := time.Since(b.begun)
		if k.agent.AGTStateChange(events.NotReady, r.reason, "", false) != events.Success {
			continue // there is no connection: nothing was sent
		}
		code := <-k.answers
		b.write(client, r, called, code)
		if code != events.POMNotAvailableCode {
			k.told = append(k.told, fmt.Sprintf("%s %d", events.RESP(events.AGTStateChange), code))
		}
	}
}

// forever is when a command ends that may still be done.
const forever = time.Duration(1 << 62)

func (b *book) write(client int, r request, called time.Duration, code events.Code) {
	b.mu.Lock()
	defer b.mu.Unlock()
	op := porcupine.Operation{
		ClientId: client, Input: r, Call: int64(called), Output: code, Return: int64(time.Since(b.begun)),
	}
	if code == events.POMNotAvailableCode {
		b.unknown++
		op.ClientId, op.Return = 1000+b.unknown, int64(forever)
	}
	b.lines = append(b.lines, op)
}

func (k *clerk) leave() {
	close(k.leaving)
	<-k.left
}

func (k *clerk) AGTLogonRESP(result events.Code) { k.answers <- result }

func (k *clerk) AGTStateChangeRESP(_ events.POMAgentState, result events.Code) { k.answers <- result }

func (k *clerk) POMAvailable() { k.found.Add(1) }

func (k *clerk) POMNotAvailable() { k.lost.Add(1) }
