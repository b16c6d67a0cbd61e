package events

import (
	"testing"
	"time"

	"github.com/vmihailenco/msgpack/v5"
)

// TestHostileSizes: a few bytes that claim billions of elements must cost no
// more than their reading.
func TestHostileSizes(t *testing.T) {
	claims := [][]byte{
		{0xdd, 0xff, 0xff, 0xff, 0xff}, {0xdf, 0xff, 0xff, 0xff, 0xff}, {0xdb, 0xff, 0xff, 0xff, 0xff},
		{0xc6, 0xff, 0xff, 0xff, 0xff}, {0xc9, 0xff, 0xff, 0xff, 0xff, 1}, {0xdd, 0x7f, 0xff, 0xff, 0xff, 0x80, 0x80},
	}
	for _, name := range Commands() {
		for _, key := range append(required(sample(t, KindCommand, name).Data), "later", "agentSkills") {
			for _, claim := range claims {
				data := append(append([]byte{0x81, 0xa0 | byte(len(key))}, key...), claim...)
				body, err := msgpack.Marshal(map[string]any{"v": 1, "id": "c.1"})
				if err != nil {
					t.Fatal(err)
				}
				body[0]++
				body = append(append(body, 0xa4, 'd', 'a', 't', 'a'), data...)
				// On a busy machine one may be held up.
				least := time.Hour
				for tries := 0; tries < 5 && least > time.Second; tries++ {
					start := time.Now()
					if _, err := DecodeCommand(name, body); err == nil {
						t.Errorf("%s.%s: %x was accepted", name, key, claim)
					}
					least = min(least, time.Since(start))
				}
				if least > time.Second {
					t.Errorf("%s.%s: %x took %v", name, key, claim, least)
				}
			}
		}
	}
}
