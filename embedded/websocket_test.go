package embedded

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

// TestWebSocket: the port takes clients with the rights of guests, and no page
// that was not named.
func TestWebSocket(t *testing.T) {
	const ours = "https://wall.example.com"
	for _, test := range []struct {
		name    string
		origins []string
		origin  string
		want    int
	}{
		{"no page", nil, "", http.StatusSwitchingProtocols},
		{"no page may", nil, ours, http.StatusForbidden},
		{"ours may", []string{ours}, ours, http.StatusSwitchingProtocols},
		{"another may not", []string{ours}, "https://other.example.com", http.StatusForbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			server := startWebSocket(t, test.origins)
			if got := upgrade(t, server.WebSocketURL(), test.origin); got != test.want {
				t.Errorf("status %d, want %d", got, test.want)
			}
		})
	}
}

func startWebSocket(t *testing.T, origins []string) *Server {
	t.Helper()
	server, err := Start(Options{
		Listen: "127.0.0.1:0", WebSocket: "127.0.0.1:0", Origins: origins, Dir: t.TempDir(), Password: "pw", Zones: []string{"main"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	return server
}

// upgrade asks for a WebSocket as a page of that origin.
func upgrade(t *testing.T, url, origin string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http"+strings.TrimPrefix(url, "ws"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
		"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Origin": origin,
	} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

func TestWebSocketGuest(t *testing.T) {
	server := startWebSocket(t, nil)
	refused := make(chan error, 10)
	nc, err := nats.Connect(server.WebSocketURL(),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	heard, err := nc.SubscribeSync("pom.main.heartbeat")
	if err != nil {
		t.Fatal(err)
	}
	if err := nc.FlushWithContext(ctx); err != nil {
		t.Fatal(err)
	}
	if err := connect(t, server, nats.UserInfo(User, "pw")).Publish("pom.main.heartbeat", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := heard.NextMsgWithContext(ctx); err != nil {
		t.Errorf("a guest hears no heartbeat: %v", err)
	}
	if err := nc.Publish("pom.main.journal", nil); err != nil {
		t.Fatal(err)
	}
	expectRefusal(t, refused, "write the journal over WebSocket")
}

func TestWrongWebSocket(t *testing.T) {
	taken := startWebSocket(t, nil)
	for _, o := range []Options{
		{WebSocket: "9222"}, {WebSocket: "127.0.0.1:x"}, {WebSocket: strings.TrimPrefix(taken.WebSocketURL(), "ws://")},
		{WebSocket: "127.0.0.1:0", Origins: []string{"wall.example.com"}},
		{WebSocket: "127.0.0.1:0", Origins: []string{"https://wall.example.com/page"}},
	} {
		o.Listen, o.Dir = "127.0.0.1:0", t.TempDir()
		if second, err := Start(o); err == nil {
			second.Stop()
			t.Errorf("%+v was taken", o)
		}
	}
	none, err := Start(Options{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Stop()
	if none.WebSocketURL() != "" {
		t.Errorf("a server without the port has %q", none.WebSocketURL())
	}
}
