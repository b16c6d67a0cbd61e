package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// keys is a keyboard.
type keys struct {
	pressed chan string
}

func newKeys() (*keys, chan<- string) {
	k := &keys{make(chan string)}
	return k, k.pressed
}

func (k *keys) Read(b []byte) (int, error) {
	text, open := <-k.pressed
	if !open {
		return 0, io.EOF
	}
	return copy(b, text), nil
}

// lines is a screen of which the lines can be waited for.
type lines struct{ said chan string }

func newLines() *lines { return &lines{make(chan string, 100)} }

func (l *lines) Write(b []byte) (int, error) {
	l.said <- string(b)
	return len(b), nil
}

func (l *lines) await(t *testing.T, want string) {
	t.Helper()
	for {
		select {
		case line := <-l.said:
			if strings.Contains(line, want) {
				return
			}
			t.Logf("said %q", line)
		case <-time.After(patience):
			t.Fatalf("did not say %q", want)
		}
	}
}

func TestProgressBar(t *testing.T) { synctest.Test(t, testProgressBar) }

func testProgressBar(t *testing.T) {
	var screen bytes.Buffer
	p := &program{stdout: io.Discard, stderr: &screen, terminal: func(stream any) bool { return stream == &screen }}
	b := p.bar("verifying", true)
	b.show(0, 0)
	b.show(1_234_567, 2_000_000)
	b.show(1_300_000, 2_000_000) // too soon to be drawn
	b.end()
	if got, want := screen.String(), "\rverifying [==============          ]  61 %, 1,234,567 of 2,000,000 \r\x1b[K"; got != want {
		t.Errorf("drew %q, want %q", got, want)
	}
	for name, quiet := range map[string]*program{
		"nobody watches":       {stdout: io.Discard, stderr: &screen, terminal: func(any) bool { return false }},
		"it prints there, too": {stdout: io.Discard, stderr: &screen, terminal: func(any) bool { return true }},
	} {
		screen.Reset()
		b := quiet.bar("reading", true)
		b.show(5, 10)
		b.end()
		if screen.Len() > 0 {
			t.Errorf("%s: drew %q", name, screen.String())
		}
	}
}

// TestABarIsDrawnAndTakenAway: on a terminal the whole program does.
func TestABarIsDrawnAndTakenAway(t *testing.T) {
	b, _, _ := scriptedDay(t)
	var out, screen bytes.Buffer
	p := &program{stdout: &out, stderr: &screen, terminal: func(stream any) bool { return stream == &screen }}
	if code := p.run(t.Context(), []string{"--url", b.url, "verify"}); code != exitDone {
		t.Fatalf("exit code %d, %q", code, screen.String())
	}
	if got := screen.String(); !strings.HasPrefix(got, "\rverifying [") || !strings.HasSuffix(got, "\r\x1b[K") || strings.Contains(out.String(), "\r") {
		t.Errorf("drew %q, printed %q", got, out.String())
	}
}
