package zone

import "sync"

// trouble is why this broker cannot follow the zone, or cannot lead it although
// nobody else does.
type trouble struct {
	mu  sync.Mutex
	err error
	// epoch is that of the last leadership of this broker, or before its last
	// attempt at one. A newer one in the journal shows that the zone is led.
	epoch uint64
}

func (t *trouble) note(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
}

// attempt: this broker is to lead after the leadership of that epoch.
func (t *trouble) attempt(epoch uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.epoch = epoch
}

// led: this broker's claim is in the journal.
func (t *trouble) led(epoch uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err, t.epoch = nil, epoch
}

// followed: the journal was read up to a leadership.
func (t *trouble) followed(epoch uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if epoch > t.epoch {
		t.err = nil
	}
}

// Trouble returns why this broker is of no use to the zone now: the zone has
// stopped for good, cannot be read, or cannot be written and nobody else leads it.
// It may be called from any goroutine.
func (z *Zone) Trouble() error {
	z.trouble.mu.Lock()
	defer z.trouble.mu.Unlock()
	return z.trouble.err
}
