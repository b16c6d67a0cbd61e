package deploytest

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// checkRoles expects that each role may do its work, which the other tests show
// for brokers and desktops, and nothing that would harm others.
func (d *deployment) checkRoles() {
	d.t.Helper()
	for _, node := range d.nodes() {
		nobody := "nats://" + d.loopback[node+":4222"]
		for _, url := range []string{nobody, strings.Replace(nobody, "//", "//desktop:guessed@", 1)} {
			if nc, err := nats.Connect(url); !errors.Is(err, nats.ErrAuthorization) {
				d.t.Errorf("%s: %v", url, err)
				if err == nil {
					nc.Close()
				}
			}
		}
	}
	secrets := []string{
		subject.ServiceLogon, subject.InboxSubjects("main")[0], subject.Journal("main"),
		embedded.InboxPrefix + ".>", "_INBOX.>", ">", "$SRV.>", "$JS.>", "$KV.>",
	}
	writes := []string{
		subject.Journal("main"), subject.Heartbeat("main"), "pom.main.agent.1001.resp.AGTHoldCallRESP",
		subject.SwitchEvent("main", "sim", events.Established), "$KV.DESKBUS_LEASE.main",
		"$JS.API.STREAM.DELETE.INBOX_main", "$JS.API.STREAM.PURGE.EVENTS_main",
		"$JS.API.CONSUMER.CREATE.INBOX_main", "$JS.API.STREAM.MSG.GET.INBOX_main",
	}
	d.checkRefused("desktop", append(secrets, "_INBOX_wallboard.>", "pom.main.call.>"), writes)
	d.checkRefused("wallboard", append(secrets, "_INBOX_desktop.>"), append(writes,
		subject.Command("main", "1001", events.AGTLogoff), subject.ServiceLogon))

	d.checkRefused("auditor", append(secrets, "pom.main.agent.>", "_INBOX_wallboard.>"), append(writes,
		subject.Command("main", "1001", events.AGTLogoff), "$O.DESKBUS_SNAPSHOT_main.M.x"))

	d.replay("wallboard", "AGTLogonRESP ok", "--name", "AGTLogonRESP")
	d.replay("wallboard", "AGTLogonRESP ok", "--agent", "1001")
	d.replay("wallboard", "loggedOn", "state", "--agent", "1001", "--at", "0s")
	d.saveSnapshot()
	d.replay("auditor", "snapshots are the state at their place", "verify")
	d.replay("auditor", "played", "play", "--from", "zn=1", "--to", "zn=9", "--speed", "1000")
	out, err := d.runReplay("wallboard", "verify")
	if err == nil || !strings.Contains(out, "may not read") {
		d.t.Errorf("replay verify as a wallboard: %v\n%s", err, out)
	}
}

// replay expects that a user gets something from replay.
func (d *deployment) replay(user, want string, args ...string) {
	d.t.Helper()
	if out, err := d.runReplay(user, args...); err != nil || !strings.Contains(out, want) {
		d.t.Errorf("replay %q as %s: %v\n%s", args, user, err, out)
	}
}

func (d *deployment) runReplay(user string, args ...string) (string, error) {
	all := append([]string{"--url", d.addresses(user)[0]}, args...)
	out, err := exec.Command(filepath.Join(programs, "replay"), all...).CombinedOutput()
	return string(out), err
}

// saveSnapshot makes the snapshot that a broker makes after many commits.
func (d *deployment) saveSnapshot() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	js := d.connect()
	j, state, inbox := journal.Open(js, "main"), manager.New("main"), journal.Position{}
	err := j.Fold(ctx, func(c journal.Commit) error {
		inbox = c.Inbox
		for _, body := range c.Events {
			e, err := events.Decode(body)
			if err == nil {
				err = state.Evolve(&e)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	encoded, err := state.Encode()
	if err != nil {
		d.t.Fatal(err)
	}
	store, err := journal.OpenSnapshots(ctx, js, "main", 3)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := store.Save(ctx, j.Snapshot(inbox, encoded)); err != nil {
		d.t.Fatal(err)
	}
}

// checkRefused expects that a user may neither listen nor publish there.
func (d *deployment) checkRefused(user string, listen, publish []string) {
	d.t.Helper()
	refusals := make(chan error, 100)
	nc, err := nats.Connect(d.addresses(user)[0], nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
		refusals <- err
	}))
	if err != nil {
		d.t.Fatal(err)
	}
	defer nc.Close()
	refused := func(what string) {
		d.t.Helper()
		select {
		case err := <-refusals:
			if !errors.Is(err, nats.ErrPermissionViolation) {
				d.t.Errorf("%s may not %s, but: %v", user, what, err)
			}
		case <-time.After(patience):
			d.t.Errorf("%s may %s", user, what)
		}
	}
	for _, from := range listen {
		if _, err := nc.SubscribeSync(from); err != nil {
			d.t.Fatal(err)
		}
		refused("listen to " + from)
	}
	for _, to := range publish {
		if err := nc.Publish(to, nil); err != nil {
			d.t.Fatal(err)
		}
		refused("publish to " + to)
	}
}

// Without a password nothing starts: a compose file that forgets one must not
// leave a door open.
func TestPasswordsAreAskedFor(t *testing.T) {
	c := readCompose(t)
	for name, s := range c.Services {
		asked := false
		for _, value := range s.Environment {
			asked = asked || interpolation.MatchString(value)
		}
		if !asked {
			t.Errorf("%s has no password from the environment", name)
		}
	}
}
