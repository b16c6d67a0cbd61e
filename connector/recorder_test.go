package connector_test

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/heard"
)

// recorder is a handler that passes on every call.
type recorder struct{ heard.Recorder }

func newRecorder() recorder { return recorder{make(heard.Recorder, 1000)} }

// next returns the next call.
func (r recorder) next(t *testing.T) heard.Call {
	t.Helper()
	select {
	case c := <-r.Recorder:
		return c
	case <-time.After(time.Minute):
		t.Fatal("the handler is not called")
		return heard.Call{}
	}
}

// want checks the names of the next calls.
func (r recorder) want(t *testing.T, names ...string) {
	t.Helper()
	for i, name := range names {
		if c := r.next(t); c.Name != name {
			t.Fatalf("call %d: got %s%v, want %s", i+1, c.Name, c.Args, name)
		}
	}
}

// wantResult checks the name and the last argument of the next call.
func (r recorder) wantResult(t *testing.T, name string, result events.Code) {
	t.Helper()
	c := r.next(t)
	if c.Name != name || c.Args[len(c.Args)-1] != any(result) {
		t.Fatalf("got %s%v, want %s with result %d", c.Name, c.Args, name, result)
	}
}
