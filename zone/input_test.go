package zone

import (
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// TestSenderIsText: the id of a sender becomes part of the log, so what no other
// language reads as text, and no database keeps, does not come in.
func TestSenderIsText(t *testing.T) {
	z := New(Config{Name: name, Logger: quiet})
	for sender, want := range map[string]string{
		"sip:ada@example.com":    "",
		"Jürgen Müller":          "",
		"J\xfcrgen":              droppedSubject, // Latin-1
		"a\x00b":                 droppedSubject,
		"a\r\nb":                 droppedSubject,
		strings.Repeat("a", 255): "",
		strings.Repeat("a", 256): droppedSubject,
	} {
		in := z.decode(journal.Received{Subject: subject.Command(name, sender, events.AGTSaveAgentForHA)})
		if in.dropped != want || (in.decide == nil) != (want != "") {
			t.Errorf("%q: dropped %q, want %q", sender, in.dropped, want)
		}
	}
}
