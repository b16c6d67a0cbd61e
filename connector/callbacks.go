package connector

import "sync"

// callbacks runs functions one after the other, in the order in which they were
// posted. There is a goroutine only while there is something to run.
type callbacks struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	closed  bool
}

// post never waits: the queue has no bound.
func (c *callbacks) post(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.queue = append(c.queue, f)
	if !c.running {
		c.running = true
		go c.run()
	}
}

func (c *callbacks) run() {
	for {
		f := c.next()
		if f == nil {
			return
		}
		f()
	}
}

// next takes the first function, nil when there is none.
func (c *callbacks) next() func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		c.running = false
		return nil
	}
	f := c.queue[0]
	c.queue[0] = nil
	c.queue = c.queue[1:]
	return f
}

// close drops what has not begun.
func (c *callbacks) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed, c.queue = true, nil
}
