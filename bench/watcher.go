package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// watcher sees a leader go and the next one come, from what they publish.
type watcher struct {
	mu sync.Mutex
	// former is how the name of the leader that goes ends.
	former string
	since  time.Time
	// taken: another broker has tried for the lease.
	taken bool
	seen  lost
	// claimed are the connections on which the next leader's claim was heard: only
	// an answer behind it is the next leader's.
	claimed map[int]bool
	// answered gets what was seen; nil when nobody waits.
	answered chan lost
}

func watch(k *crowd) (*watcher, error) {
	w := &watcher{}
	for i, nc := range k.conns {
		// One channel keeps the order in which the connection hears.
		heard := make(chan *nats.Msg, 1<<16)
		for _, s := range append(subject.FeedSubjects(zoneName), subject.Journal(zoneName), "$KV."+leaseBucket+"."+zoneName) {
			if _, err := nc.ChanSubscribe(s, heard); err != nil {
				return nil, err
			}
		}
		go func() {
			for msg := range heard {
				w.note(i, msg)
			}
		}()
	}
	return w, nil
}

// arm begins to count, just before the leader with this process id is lost.
func (w *watcher) arm(leader int) <-chan lost {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.former, w.taken, w.seen, w.claimed = fmt.Sprint("-", leader), false, lost{}, map[int]bool{}
	w.answered, w.since = make(chan lost, 1), time.Now()
	return w.answered
}

func (w *watcher) note(conn int, msg *nats.Msg) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.answered == nil {
		return
	}
	now := time.Since(w.since)
	switch {
	case strings.HasPrefix(msg.Subject, "$KV."):
		w.taken = w.taken || len(msg.Data) > 0 && !strings.HasSuffix(string(msg.Data), w.former)
	case msg.Subject == subject.Journal(zoneName):
		if w.taken && w.seen.claim == 0 {
			w.seen.claim = now
		}
	case strings.HasSuffix(msg.Subject, ".zone."+events.LeaderClaimed):
		w.claimed[conn] = true
	case strings.Contains(msg.Subject, ".resp.") && w.claimed[conn]:
		w.seen.answer = now
		w.answered <- w.seen
		w.answered = nil
	}
}
