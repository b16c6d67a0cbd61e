package web

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/deskbus/deskbus/internal/browser"
)

// alone makes the browser one that cannot share a stream, as on a phone.
func alone(b *browser.Browser) {
	b.Devtools("Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": "delete self.SharedWorker"})
}

// streams waits until so many streams are open.
func (f *fake) streams(want int64) {
	f.t.Helper()
	for deadline := time.Now().Add(patience); f.open.Load() != want; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			f.t.Fatalf("%d streams are open, want %d", f.open.Load(), want)
		}
	}
}

// TestManyWindows: a browser opens at most six connections to a host, which is
// enough for any number of windows and for what else is asked there.
func TestManyWindows(t *testing.T) {
	f, b := openOffice(t, "")
	var windows []string
	for range 8 {
		windows = append(windows, b.Add())
		f.show(b, "")
		f.streams(1)
	}
	f.say("a.2", "delta", object{"goneAgents": []string{"main/1012"}})
	for _, window := range windows {
		b.Use(window)
		b.Wait("the window follows", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 12`)
	}
	b.Eval(nil, `fetch("/assets/icon.svg", {cache: "no-store"}).then((answer) => window.answer = answer.status)`)
	b.Wait("a report would be answered", `window.answer === 200`)

	// One that is closed leaves the others alone.
	b.Open("about:blank")
	b.Use(windows[0])
	f.say("a.3", "delta", object{"goneAgents": []string{"main/1011"}})
	b.Wait("the others follow", `document.querySelectorAll(".tile").length === 11`)

	// All come back when the connection breaks, and load anew for another version.
	for _, page := range []string{"1", "2"} {
		stop := f.greet(page)
		f.server.CloseClientConnections()
		for _, window := range windows[:7] {
			b.Use(window)
			b.Wait("the window is back", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 13`)
			b.Wait("it has the broker's page", fmt.Sprintf(`!window.before || %q === "1"`, page))
			b.Eval(nil, "window.before = true")
		}
		f.streams(1)
		stop()
	}
}

// TestHiddenPage: a page that nobody sees gives back its connection, and is not
// live before it knows what it missed.
func TestHiddenPage(t *testing.T) {
	for _, shared := range []bool{true, false} {
		t.Run(fmt.Sprint("shared ", shared), func(t *testing.T) {
			b := browser.Start(t)
			f := newFake(t)
			b.Resize(1440, 900)
			if !shared {
				alone(b)
			}
			f.show(b, "")
			b.Hide()
			b.Wait("a hidden page is paused", `document.body.dataset.link === "paused" && document.title.startsWith("Paused")`)
			f.streams(0)

			f.silent.Store(true)
			b.Unhide()
			f.await("a.1")
			f.say("", "hello", object{"page": "1"})
			b.Wait("it says since when", `/^Paused at \d\d:\d\d:\d\d$/.test(document.querySelector("#link-text").innerText)`)
			b.Wait("what it shows is grey", `getComputedStyle(document.querySelector(".board")).filter === "grayscale(1)"`)
			checkContrast(t, b, "paused")
			b.Screenshot(filepath.Join(t.ArtifactDir(), "paused.png"))
			b.Resize(360, 740)
			b.Wait("nothing sticks out on a phone", `document.documentElement.scrollWidth <= innerWidth`)
			b.Screenshot(filepath.Join(t.ArtifactDir(), "paused-phone.png"))
			b.Wait("a broker that says no more is told", `document.body.dataset.link === "cut" && document.querySelector("#banner").innerText`)
			f.await("a.1")
			f.say("a.2", "delta", object{"goneAgents": []string{"main/1001"}})
			b.Wait("it is live again", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 12`)
		})
	}
}

// TestGoBack: a page that is left gives back its connection, also one that the
// browser keeps for who goes back.
func TestGoBack(t *testing.T) {
	for _, shared := range []bool{true, false} {
		t.Run(fmt.Sprint("shared ", shared), func(t *testing.T) {
			b := browser.Start(t)
			f := newFake(t)
			if !shared {
				alone(b)
			}
			f.show(b, "")
			b.Eval(nil, `window.kept = true`)
			b.Open("about:blank")
			if !shared { // with the page the browser keeps what it shares
				f.streams(0)
			}
			b.Back()
			f.link = <-f.opened
			f.say("", "hello", object{"page": "1"})
			f.say("b.1", "snapshot", office())
			b.Wait("the page is live", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 13`)
			var kept bool
			b.Eval(&kept, `return Boolean(window.kept)`)
			if want := map[bool]string{true: "a.1"}[kept]; f.link.last != want {
				t.Errorf("the page comes with the id %q, want %q", f.link.last, want)
			}
		})
	}
}

// TestSleep: a computer that slept does not take its old figures for those of now,
// and does not wait for its connection to break.
func TestSleep(t *testing.T) {
	f, b := openOffice(t, "")
	b.Eval(nil, `setTimeout(() => { const clock = Date.now; Date.now = () => clock() + 3600_000; }, 7000)`)
	f.await("a.1")
	b.Wait("the figures are not live", `document.body.dataset.link === "cut"`)
	f.say("a.2", "delta", object{"goneAgents": []string{"main/1001"}})
	b.Wait("it is live again", `document.body.dataset.link === "live" && document.querySelectorAll(".tile").length === 12`)
}
