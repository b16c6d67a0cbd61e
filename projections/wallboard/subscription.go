package wallboard

import (
	"errors"
	"time"
)

// backlog is how many messages a subscriber may leave untaken, and how many
// changes are kept for those who come back.
const backlog = 16

// maxSubscribers is how many there may be at a time.
const maxSubscribers = 1000

// ErrFull is returned when there are too many subscribers.
var ErrFull = errors.New("wallboard: too many subscribers")

// Message is what subscribers get.
type Message struct {
	// ID is what a subscriber gives who comes back; empty when nothing changed.
	ID string
	// Event is "snapshot" (this is all there is), "delta" (this has changed) or
	// "beat" (nothing has).
	Event string
	// Data is JSON without line breaks. It is shared: do not write to it.
	Data []byte
}

// Subscription is one reader of a board.
type Subscription struct {
	// Messages is closed when the reader has taken them too slowly, and when the
	// board ends.
	Messages <-chan Message

	board    *Board
	messages chan Message
	// fresh waits for a snapshot.
	fresh bool
}

// Subscribe returns a subscription. Last is the id of the last message that the
// reader has had, or empty. The caller closes it.
func (b *Board) Subscribe(last string) (*Subscription, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed || len(b.subscribers) >= maxSubscribers {
		return nil, ErrFull
	}
	s := &Subscription{board: b, messages: make(chan Message, backlog), fresh: true}
	s.Messages = s.messages
	b.subscribers[s] = true
	for i, m := range b.recent {
		if m.ID == last {
			s.fresh = false
			for _, missed := range b.recent[i+1:] {
				s.messages <- missed
			}
			// They were made at another time than now.
			s.messages <- beat(time.Now())
		}
	}
	return s, nil
}

// Close ends a subscription.
func (s *Subscription) Close() {
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	s.board.drop(s)
}

// drop needs the lock.
func (b *Board) drop(s *Subscription) {
	if b.subscribers[s] {
		delete(b.subscribers, s)
		close(s.messages)
	}
}

// offer drops a reader who has left too much untaken. It needs the lock.
func (b *Board) offer(s *Subscription, m Message) {
	select {
	case s.messages <- m:
	default:
		b.drop(s)
	}
}

// remember needs the lock.
func (b *Board) remember(m Message) {
	if len(b.recent) == backlog {
		b.recent = append(b.recent[:0:0], b.recent[1:]...)
	}
	b.recent = append(b.recent, m)
}

func (b *Board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for s := range b.subscribers {
		b.drop(s)
	}
}
