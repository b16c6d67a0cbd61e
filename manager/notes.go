package manager

import (
	"strconv"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

const (
	// maxNote is the greatest size of a note in bytes.
	maxNote = 4000
	// maxNotes is the greatest size in bytes of the list of notes as a response
	// carries it (L2355), and so of what is kept of a contact.
	maxNotes = 16_000
	// noteHeader is what the encoding of a text adds to it at most.
	noteHeader = 3
	// leftOutSize bounds the line that says how many notes are left out.
	leftOutSize = 64
)

// addAgentNote decides AGTAddAgentNote (L2307).
func (t *turn) addAgentNote(a *Agent, c Command) {
	note := c.Data.(events.AgentNoteParams).AgentNote
	call := t.callOf(a, "")
	switch {
	case note == "" || len(note) > maxNote || !utf8.ValidString(note):
		t.refuse(a, c, events.NoteInvalid)
	case call == nil:
		t.refuse(a, c, events.NoteNoContact)
	default:
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		// Of a passive agent, too (L3283): the fact names who wrote it.
		t.emit(events.Event{
			Kind: events.KindFact, Name: events.AgentNoteAdded, Agent: a.ID, Session: call.Session, Job: call.Job,
			Data: events.NoteAddedData{ContactID: call.ContactID, AgentNote: note},
		})
	}
}

// refreshAgentNotes decides AGTRefreshAgentNotes (L2339). The notes are those on
// the contact in this job, the oldest first, whoever wrote them in whatever call.
func (t *turn) refreshAgentNotes(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if call == nil {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	t.respond(a, c.Name, events.NotesResult{
		AgentNotes: t.s.contactOf(call).notes(), SessionID: call.Session,
	})
}

// notes returns the notes that are kept. Where some are not, the first line says
// so: the specification's list has no other place for it (reading 34).
func (c *Contact) notes() []string {
	if c.NotesLeftOut == 0 {
		return c.Notes
	}
	leftOut := "(earlier notes left out: " + strconv.Itoa(c.NotesLeftOut) + ")"
	return append([]string{leftOut}, c.Notes...)
}

// addNote drops the oldest notes when all would not fit into a response.
func (c *Contact) addNote(note string) {
	c.Notes = append(c.Notes, note)
	size := leftOutSize
	for i := len(c.Notes) - 1; i >= 0; i-- {
		if size += len(c.Notes[i]) + noteHeader; size > maxNotes {
			c.NotesLeftOut += i + 1
			c.Notes = c.Notes[i+1:]
			return
		}
	}
}
