package web

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/projections/wallboard"
)

var quiet = slog.New(slog.DiscardHandler)

func newServer(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(Handler(wallboard.New(wallboard.Config{Zones: []string{"main"}, Logger: quiet})))
	t.Cleanup(server.Close)
	return server.URL
}

func get(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(header) == 2 {
		req.Header.Set(header[0], header[1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// TestPage: what the page names is served, with the right type, and comes from
// nowhere else.
func TestPage(t *testing.T) {
	url := newServer(t)
	resp, page := get(t, url+"/")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%s, %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	seen := map[string]bool{}
	wanted := regexp.MustCompile(`(?:src|href|from |Worker\()=?"(/assets/|\./)([^"]+)"`)
	var follow func(text string)
	follow = func(text string) {
		for _, m := range wanted.FindAllStringSubmatch(text, -1) {
			name := m[2]
			if seen[name] {
				continue
			}
			seen[name] = true
			resp, part := get(t, url+"/assets/"+name)
			kind := resp.Header.Get("Content-Type")
			if resp.StatusCode != http.StatusOK || kind == "" || kind != kindOf(name) {
				t.Errorf("%s: %s, type %q", name, resp.Status, kind)
			}
			follow(part)
		}
	}
	follow(page)
	files, _ := load()
	for name := range files {
		if !seen[name] && name != "index.html" {
			t.Errorf("%s is served and nothing names it", name)
		}
	}
}

func TestNothingFromElsewhere(t *testing.T) {
	files, _ := load()
	elsewhere := regexp.MustCompile(`(?:https?:)?//[a-zA-Z0-9.-]+\.[a-z]+[^\s"')]*`)
	inline := regexp.MustCompile(`(?i)<script>|\son[a-z]+\s*=|\sstyle\s*=|innerHTML|insertAdjacentHTML|outerHTML|\beval\(`)
	for name, f := range files {
		for _, found := range elsewhere.FindAllString(string(f.text), -1) {
			if found != "http://www.w3.org/2000/svg" { // a name, not an address
				t.Errorf("%s: %s", name, found)
			}
		}
		if found := inline.FindAllString(string(f.text), -1); len(found) > 0 {
			t.Errorf("%s has what the policy forbids, or what can make markup of a name: %q", name, found)
		}
	}
}

func TestHeaders(t *testing.T) {
	url := newServer(t)
	for _, path := range []string{"/", "/assets/main.js", "/nothing", "/api/nothing"} {
		resp, _ := get(t, url+path)
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "no-referrer",
		} {
			if !strings.HasPrefix(resp.Header.Get(header), want) {
				t.Errorf("%s: %s is %q", path, header, resp.Header.Get(header))
			}
		}
		if resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: pages of others may read this", path)
		}
	}
	if resp, _ := get(t, url+"/nothing"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("/nothing: %s", resp.Status)
	}
	if resp, err := http.Post(url+"/", "text/plain", nil); err != nil || resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %v, %v", resp, err)
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	url := newServer(t)
	resp, _ := get(t, url+"/assets/main.js")
	tag := resp.Header.Get("ETag")
	if tag == "" || resp.Header.Get("Cache-Control") != "no-cache" {
		t.Fatalf("tag %q, caching %q", tag, resp.Header.Get("Cache-Control"))
	}
	if resp, body := get(t, url+"/assets/main.js", "If-None-Match", tag); resp.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("asked with its tag: %s", resp.Status)
	}
	if resp, _ := get(t, url+"/assets/main.js", "If-None-Match", `"other"`); resp.StatusCode != http.StatusOK {
		t.Errorf("asked with another: %s", resp.Status)
	}
}
