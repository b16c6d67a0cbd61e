// Package browser drives a headless Chromium in tests, through the WebDriver
// protocol that chromedriver speaks: HTTP and JSON, so no library is needed.
//
// Debian has both in its packages chromium and chromium-driver. On a machine
// without them a test is skipped, and says so.
package browser

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// patience is how long the browser may take for anything.
const patience = time.Minute

// started is what chromedriver says when it can be asked.
var started = regexp.MustCompile(`started successfully on port (\d+)`)

// Browser is a window of a browser that lives as long as its test.
type Browser struct {
	t       testing.TB
	session string
}

// Start starts a browser, or skips the test where there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	driver, err := exec.LookPath("chromedriver")
	if err != nil {
		t.Skip("NOT TESTED: the page in a browser, because chromedriver is not installed " +
			"(Debian: apt-get install chromium chromium-driver)")
	}
	b := &Browser{t: t}
	address := b.startDriver(driver)
	var made struct {
		SessionID string `json:"sessionId"`
	}
	b.call(http.MethodPost, address+"/session", map[string]any{"capabilities": capabilities()}, &made)
	b.session = address + "/session/" + made.SessionID
	t.Cleanup(func() { b.call(http.MethodDelete, b.session, nil, nil) })
	return b
}

// startDriver returns the address of a chromedriver on a port of its choice. It
// takes one that is free for IPv6 and ends when the same one is taken for IPv4,
// by any connection of this machine: then it is started again.
func (b *Browser) startDriver(path string) string {
	b.t.Helper()
	var said string
	for range 50 {
		var address string
		if address, said = b.tryDriver(path); address != "" {
			return address
		}
	}
	b.t.Fatalf("browser: chromedriver did not start. It says:\n%s", said)
	return ""
}

// tryDriver returns the address of a chromedriver, or else what it said before it
// ended.
func (b *Browser) tryDriver(path string) (address, said string) {
	b.t.Helper()
	// A browser that is ended leaves its files, and it may write the last ones when
	// the test is over: no place for a directory that the test must be able to remove.
	// The name is short because there are sockets in it: 107 bytes for the whole path.
	files, err := os.MkdirTemp("", "b")
	b.must(err)
	c := exec.Command(path, "--port=0")
	c.Env = append(os.Environ(), "TMPDIR="+files)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := c.StdoutPipe()
	b.must(err)
	c.Stderr = c.Stdout
	b.must(c.Start())
	end := func() error {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) // the browser too
		err := c.Wait()
		_ = os.RemoveAll(files)
		return err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := started.FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			b.t.Cleanup(func() { _ = end() })
			return "http://127.0.0.1:" + found[1], ""
		}
		said += lines.Text() + "\n"
	}
	return "", fmt.Sprint(said, end())
}

func capabilities() map[string]any {
	return map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome",
		// A test may run as root and in a container, where Chromium's sandbox
		// cannot.
		"goog:chromeOptions": map[string]any{"args": []string{
			"--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-color-profile=srgb",
			"--hide-scrollbars", "--lang=en-GB", "--no-first-run",
			// It would ask its maker's servers for updates.
			"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic",
		}},
		"goog:loggingPrefs": map[string]string{"browser": "ALL", "performance": "ALL"},
	}}
}

// call sends a request to the driver and decodes the value of the answer.
func (b *Browser) call(method, url string, in, out any) {
	b.t.Helper()
	body := []byte("{}")
	if in != nil {
		var err error
		body, err = json.Marshal(in)
		b.must(err)
	}
	if method == http.MethodGet || method == http.MethodDelete {
		body = nil
	}
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	b.must(err)
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	b.must(err)
	defer resp.Body.Close()
	answer := struct {
		Value json.RawMessage `json:"value"`
	}{}
	b.must(json.NewDecoder(resp.Body).Decode(&answer))
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("browser: %s %s: %s", method, url, answer.Value)
	}
	if out != nil {
		b.must(json.Unmarshal(answer.Value, out))
	}
}

func (b *Browser) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal("browser: ", err)
	}
}

// Open goes to an address and waits until the page is loaded.
func (b *Browser) Open(address string) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/url", map[string]any{"url": address}, nil)
}

// Eval runs the body of a function in the page and decodes what it returns.
func (b *Browser) Eval(out any, script string, args ...any) {
	b.t.Helper()
	if args == nil {
		args = []any{}
	}
	b.call(http.MethodPost, b.session+"/execute/sync", map[string]any{"script": script, "args": args}, out)
}

// Wait waits until an expression is true in the page.
func (b *Browser) Wait(what, expression string) {
	b.t.Helper()
	b.WaitFor(patience, what, expression)
}

// WaitFor is Wait with a time of one's own.
func (b *Browser) WaitFor(atMost time.Duration, what, expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(atMost); ; time.Sleep(50 * time.Millisecond) {
		var is bool
		b.Eval(&is, "return Boolean("+expression+")")
		if is {
			return
		}
		if time.Now().After(deadline) {
			var text string
			b.Eval(&text, "return document.body.innerText")
			b.t.Fatalf("not within %v: %s\nThe page says:\n%s", atMost, what, text)
		}
	}
}

// Press types keys, one after the other: letters, or the names of keys as in
// WebDriver, such as "\uE004" for Tab.
func (b *Browser) Press(keys string) {
	b.t.Helper()
	var steps []map[string]any
	for _, key := range keys {
		steps = append(steps, map[string]any{"type": "keyDown", "value": string(key)},
			map[string]any{"type": "keyUp", "value": string(key)})
	}
	b.call(http.MethodPost, b.session+"/actions", map[string]any{
		"actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": steps}},
	}, nil)
}

// Devtools runs a command of the DevTools protocol.
func (b *Browser) Devtools(command string, params map[string]any) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/goog/cdp/execute", map[string]any{"cmd": command, "params": params}, nil)
}

// Add opens a window and goes on in it. The others stay visible.
func (b *Browser) Add() (window string) {
	b.t.Helper()
	var made struct{ Handle string }
	b.call(http.MethodPost, b.session+"/window/new", map[string]any{"type": "window"}, &made)
	b.Use(made.Handle)
	return made.Handle
}

// Use goes on in a window that Add has opened.
func (b *Browser) Use(window string) {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/window", map[string]any{"handle": window}, nil)
}

// Hide makes the page of the window one that nobody can see, and Unhide ends that.
func (b *Browser) Hide() {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/window/minimize", nil, nil)
}

// Unhide shows a window that was hidden.
func (b *Browser) Unhide() {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/window/maximize", nil, nil)
}

// Back goes to the page before.
func (b *Browser) Back() {
	b.t.Helper()
	b.call(http.MethodPost, b.session+"/back", nil, nil)
}

// Resize makes the window of the page that large, in CSS pixels.
func (b *Browser) Resize(width, height int) {
	b.t.Helper()
	b.Devtools("Emulation.setDeviceMetricsOverride", map[string]any{
		"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
	})
}

// Prefer sets a media feature, as "prefers-color-scheme" to "dark".
func (b *Browser) Prefer(feature, value string) {
	b.t.Helper()
	b.Devtools("Emulation.setEmulatedMedia", map[string]any{
		"features": []any{map[string]string{"name": feature, "value": value}},
	})
}

// Screenshot writes what the window shows to a PNG file.
func (b *Browser) Screenshot(file string) {
	b.t.Helper()
	var encoded string
	b.call(http.MethodGet, b.session+"/screenshot", nil, &encoded)
	picture, err := base64.StdEncoding.DecodeString(encoded)
	b.must(err)
	b.must(os.WriteFile(file, picture, 0o600))
}

// Console returns the warnings and errors of the page's console since the last
// call.
func (b *Browser) Console() []string {
	b.t.Helper()
	var all []string
	for _, entry := range b.log("browser") {
		if entry.Level == "SEVERE" || entry.Level == "WARNING" {
			all = append(all, entry.Level+" "+entry.Message)
		}
	}
	return all
}

// Hosts returns the hosts that the page asked for something since the last call.
func (b *Browser) Hosts() map[string]bool {
	b.t.Helper()
	hosts := map[string]bool{}
	for _, entry := range b.log("performance") {
		var event struct {
			Message struct {
				Method string
				Params struct{ Request struct{ URL string } }
			}
		}
		b.must(json.Unmarshal([]byte(entry.Message), &event))
		if event.Message.Method != "Network.requestWillBeSent" {
			continue
		}
		u, err := url.Parse(event.Message.Params.Request.URL)
		b.must(err)
		hosts[u.Host] = true
	}
	return hosts
}

type logEntry struct{ Level, Message string }

func (b *Browser) log(kind string) []logEntry {
	b.t.Helper()
	var entries []logEntry
	b.call(http.MethodPost, b.session+"/se/log", map[string]any{"type": kind}, &entries)
	return entries
}

// Computed returns the role and the name of an element as a screen reader gets
// them.
func (b *Browser) Computed(selector string) (role, name string) {
	b.t.Helper()
	var found map[string]string
	b.call(http.MethodPost, b.session+"/element", map[string]any{"using": "css selector", "value": selector}, &found)
	for _, id := range found {
		element := fmt.Sprintf("%s/element/%s", b.session, id)
		b.call(http.MethodGet, element+"/computedrole", nil, &role)
		b.call(http.MethodGet, element+"/computedlabel", nil, &name)
	}
	return role, name
}
