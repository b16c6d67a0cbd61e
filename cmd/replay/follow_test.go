package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

func TestFollow(t *testing.T) {
	b := newBus(t, "east")
	list := oneDay("east")
	b.publish(list[:9]...)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	done := make(chan int, 1)
	go func() {
		args := []string{"--url", b.url, "--agent", "1001", "--follow", "--format", "json"}
		p := &program{stdout: writer, stderr: io.Discard, terminal: func(any) bool { return false }}
		done <- p.run(ctx, args)
		writer.Close()
	}()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(reader); s.Scan(); {
			lines <- s.Text()
		}
	}()
	next := func(want string) {
		t.Helper()
		select {
		case line := <-lines:
			if !strings.Contains(line, want) {
				t.Fatalf("got %s, want %s", line, want)
			}
		case <-time.After(patience):
			t.Fatalf("nothing came, want %s", want)
		}
	}
	for _, name := range []string{"AGTLogon", "AGTLogonRESP", "AGTStateChangedNotify", "AGTCapabilitiesChanged"} {
		next(name)
	}
	b.publish(list[9:]...)
	for _, name := range []string{"AGTReadyForNailup", "AGTReadyForNailupRESP", "Originate", "Established"} {
		next(name)
	}
	cancel()
	for range lines { // what was already on its way
	}
	select {
	case code := <-done:
		if code != exitDone {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(patience):
		t.Fatal("the end of the context did not end it")
	}
}
