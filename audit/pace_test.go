package audit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pause := make(chan struct{})
		var told []bool
		p := &pace{speed: 10, pause: pause, onPause: func(paused bool, _ time.Time) { told = append(told, paused) }}
		begun := time.Now()
		log := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		played := func(after time.Duration) time.Duration {
			t.Helper()
			if err := p.wait(t.Context(), log.Add(after)); err != nil {
				t.Fatal(err)
			}
			return time.Since(begun)
		}
		for _, test := range []struct{ after, want time.Duration }{
			{0, 0}, {0, 0}, {10 * time.Second, time.Second}, {10 * time.Second, time.Second}, {time.Hour, 6 * time.Minute},
		} {
			if got := played(test.after); got != test.want {
				t.Errorf("the event after %s was played after %s, want %s", test.after, got, test.want)
			}
		}
		go func() {
			time.Sleep(time.Minute)
			pause <- struct{}{}
			time.Sleep(5 * time.Hour)
			pause <- struct{}{}
		}()
		if got, want := played(2*time.Hour), 12*time.Minute+5*time.Hour; got != want {
			t.Errorf("with a pause, played after %s, want %s", got, want)
		}
		if len(told) != 2 || !told[0] || told[1] {
			t.Errorf("told %v", told)
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if err := p.wait(ctx, log.Add(100*time.Hour)); err == nil {
			t.Error("the end of the context did not end it")
		}
	})
}
