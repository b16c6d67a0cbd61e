package events

import "fmt"

// MaxInbound is the greatest size in bytes of a message to the inbox.
const MaxInbound = 64 << 10

// Inbound is what a connector puts into the inbox: one command of an agent, or
// one event of a switch. Who sent it and what it is called stand in the
// subject, because the subject is what the bus gives rights on.
type Inbound struct {
	ID ID
	// Deadline is when the sender stops waiting, in microseconds since 1970,
	// UTC, by the clock of the bus; 0 means never. A command that is decided
	// later is refused with [POMNotAvailableCode], not executed.
	Deadline int64
	// Ticket says which service acts for the agent; empty for the agent's own
	// desktop. Never in the log.
	Ticket string
	Data   any
}

// EncodeInbound returns the encoding of a message to the inbox.
func EncodeInbound(in Inbound) ([]byte, error) {
	var e Encoder
	e.start()
	fields := 3
	if in.Deadline != 0 {
		fields++
	}
	if in.Ticket != "" {
		fields++
	}
	w := fieldWriter{enc: e.enc}
	w.err = e.enc.EncodeMapLen(fields)
	w.uint("v", Version)
	w.str("id", in.ID.String())
	if in.Deadline != 0 {
		w.int("deadline", in.Deadline)
	}
	if in.Ticket != "" {
		w.str("ticket", in.Ticket)
	}
	w.value("data", in.Data)
	if w.err != nil {
		return nil, fmt.Errorf("events: encode inbound %s: %w", in.ID, w.err)
	}
	return e.buf.Bytes(), nil
}

// DecodeCommand reads the message of a command. When the envelope can be read
// and the parameters cannot, the error comes with an Inbound in which only Data
// is missing, so that the sender can be answered.
//
// An error is ErrUnknownName, ErrMissing, ErrMistyped, ErrMalformed or
// ErrVersion; [CodeOf] turns it into the code for the sender.
func DecodeCommand(name string, b []byte) (Inbound, error) {
	return decodeInbound(name, b, commandData(name))
}

// DecodeSwitchEvent reads the message of a switch event. Errors are those of
// [DecodeCommand].
func DecodeSwitchEvent(name string, b []byte) (Inbound, error) {
	return decodeInbound(name, b, switchEventData(name))
}

func decodeInbound(name string, b []byte, decode dataDecoder) (in Inbound, err error) {
	if len(b) > MaxInbound {
		return in, fmt.Errorf("events: %w: %d bytes, at most %d are read", ErrMalformed, len(b), MaxInbound)
	}
	version, id := uint64(0), ""
	var raw []byte
	err = ReadMap(b, func(key, value []byte) (err error) {
		switch string(key) {
		case "v":
			version, err = Uint(value)
		case "id":
			id, err = textOf(value)
		case "deadline":
			in.Deadline, err = Int(value)
		case "ticket":
			in.Ticket, err = textOf(value)
		case "data":
			raw = value
		}
		return err
	})
	if err != nil {
		return Inbound{}, fmt.Errorf("events: %w", err)
	}
	if version != Version {
		return Inbound{}, fmt.Errorf("events: %w %d: this build reads version %d", ErrVersion, version, Version)
	}
	if in.ID, err = ParseID(id); err != nil {
		return Inbound{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if decode == nil {
		return in, fmt.Errorf("events: %w: %q", ErrUnknownName, clip(name))
	}
	if raw == nil {
		return in, fmt.Errorf("events: %s: %w: data", name, ErrMissing)
	}
	if in.Data, err = decodeParams(raw, decode); err != nil {
		return in, fmt.Errorf("events: %s: %w", name, err)
	}
	return in, nil
}
