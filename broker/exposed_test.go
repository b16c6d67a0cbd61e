package broker

import (
	"bytes"
	"log/slog"
	"testing"
)

func TestWarnExposed(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:4222": false, "[::1]:4222": false, "localhost:8080": false, "127.0.0.53:1": false, "": false,
		":4222": true, "0.0.0.0:4222": true, "[::]:80": true, "10.0.0.7:4222": true, "broker-1:4222": true,
	} {
		var log bytes.Buffer
		b := &Broker{log: slog.New(slog.NewTextHandler(&log, nil))}
		b.warnExposed(address, "anybody may look")
		if got := log.Len() > 0; got != want {
			t.Errorf("%q: warned is %v, want %v: %s", address, got, want, &log)
		}
	}
}
