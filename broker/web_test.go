package broker

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestStrangersPages: a name that somebody could own gets nothing from a broker that
// listens on loopback; one that listens for others is asked by their names.
func TestStrangersPages(t *testing.T) {
	for _, c := range []struct {
		host           string
		local, outside int
	}{
		{"127.0.0.1:8080", http.StatusOK, http.StatusOK},
		{"[::1]:8080", http.StatusOK, http.StatusOK},
		{"[::1]", http.StatusOK, http.StatusOK},
		{"localhost:8080", http.StatusOK, http.StatusOK},
		{"broker-1", http.StatusOK, http.StatusOK},
		{"evil.example.com:8080", http.StatusMisdirectedRequest, http.StatusOK},
		{"127.0.0.1.evil.example.com", http.StatusMisdirectedRequest, http.StatusOK},
	} {
		for address, want := range map[string]int{"127.0.0.1": c.local, "0.0.0.0": c.outside} {
			handler := guarded(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}), &net.TCPAddr{IP: net.ParseIP(address)})
			r, w := httptest.NewRequest(http.MethodGet, "/api/reports", nil), httptest.NewRecorder()
			r.Host = c.host
			handler.ServeHTTP(w, r)
			if w.Code != want {
				t.Errorf("%s at %s: %d, want %d", c.host, address, w.Code, want)
			}
			if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cross-Origin-Resource-Policy") != "same-origin" {
				t.Errorf("%s at %s: headers %v", c.host, address, w.Header())
			}
		}
	}
}
