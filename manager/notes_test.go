package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// 561: what is too long or no text. Empty and null are in agent-notes.txt.
func TestNotes(t *testing.T) {
	p := newPlayer(t)
	p.run([]string{"given zone", "given contacts 1", "given talking 1001"})
	for note, want := range map[string]events.Code{
		strings.Repeat("x", maxNote):   events.Success,
		strings.Repeat("x", maxNote+1): events.NoteInvalid,
		"\xff":                         events.NoteInvalid,
	} {
		if got := p.result("1001", events.AGTAddAgentNote, events.AgentNoteParams{AgentNote: note}); got != want {
			t.Errorf("%d bytes: result %d, want %d", len(note), got, want)
		}
	}
	p.finish()
}

// A list of any notes fits into a response, keeps the newest and says how many
// are missing.
func TestNotesAreBounded(t *testing.T) {
	for _, size := range []int{1, 31, 32, 255, 256, 1000, maxNote} {
		var c Contact
		for i := range 20 + maxNotes/(size+noteHeader)*5/4 {
			c.addNote(fmt.Sprintf("%0*d", size, i%10))
			if i%100 != 0 && i > 20 {
				continue
			}
			list := c.notes()
			b, err := events.Marshal(map[string]any{"": list})
			if err != nil {
				t.Fatal(err)
			}
			if len(b) > maxNotes || len(c.Notes)+c.NotesLeftOut != i+1 || !strings.HasSuffix(list[len(list)-1], fmt.Sprint(i%10)) {
				t.Fatalf("%d notes of %d bytes: list of %d notes, %d bytes", i+1, size, len(list), len(b))
			}
		}
		if said := c.notes()[0]; said != fmt.Sprintf("(earlier notes left out: %d)", c.NotesLeftOut) {
			t.Errorf("a list of notes of %d bytes begins with %q", size, said)
		}
	}
}
