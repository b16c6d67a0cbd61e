// Package web serves the wallboard page and the stream that keeps it up to date.
//
// The page is hand-written and embedded: a browser fetches nothing from anywhere
// else, and the content security policy forbids it to. There are no users; who can
// reach the address can see who works (the broker refuses what comes from the web
// pages of strangers). Put a proxy that asks for a name before it
// when others than this machine are to reach it.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"

	"github.com/deskbus/deskbus/projections/wallboard"
)

//go:embed page
var page embed.FS

// policy allows what this server serves and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Handler serves the page at "/", its parts under "/assets/" and the stream at
// "/api/wallboard/events".
func Handler(board *wallboard.Board) http.Handler {
	files, version := load()
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", files["index.html"])
	for name, f := range files {
		mux.Handle("GET /assets/"+name, f)
	}
	mux.Handle("GET /api/wallboard/events", stream{board: board, version: version})
	return guarded(mux)
}

// guarded adds what every answer says to the browser.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// file is one part of the page.
type file struct {
	text      []byte
	kind, tag string
}

// ServeHTTP has the browser ask each time, because a page must fit its broker.
func (f file) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", f.tag)
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.kind)
	_, _ = w.Write(f.text)
}

// load reads the embedded files, and names their version.
func load() (files map[string]file, version string) {
	files = map[string]file{}
	all := sha256.New()
	entries, err := fs.ReadDir(page, "page")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, entry := range entries {
		text, err := page.ReadFile("page/" + entry.Name())
		if err != nil {
			panic(err)
		}
		all.Write(text)
		files[entry.Name()] = file{text: text, kind: kindOf(entry.Name()), tag: `"` + shortHash(sha256.Sum256(text)) + `"`}
	}
	return files, shortHash([sha256.Size]byte(all.Sum(nil)))
}

func shortHash(sum [sha256.Size]byte) string { return hex.EncodeToString(sum[:8]) }

// kindOf does not ask the machine, whose tables may say otherwise.
func kindOf(name string) string {
	return map[string]string{
		".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}[path.Ext(name)]
}
