package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/embedded"
)

func (p *program) verify() *cobra.Command {
	var data, head string
	c := &cobra.Command{
		Use: "verify", Short: "Prove that journal, feed and snapshots are whole and fit together",
		Long: verifyHelp, Example: verifyExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			known, err := parseHead(head)
			if err != nil {
				return err
			}
			if data != "" && (c.Flags().Changed("url") || p.creds != "") {
				return usagef("--data is for a broker that is stopped, --url and --creds for a server that runs: leave one out")
			}
			return p.work(c.Context(), func(ctx context.Context) error {
				if data != "" {
					return p.verifyData(ctx, data, known)
				}
				return p.verifyBus(ctx, known)
			})
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&data, "data", "", "verify a copy of the `directory` that a stopped broker keeps")
	c.Flags().StringVar(&head, "head", "", "`sequence:hash` of a commit, as an earlier verify has printed it, that must still be there")
	return c
}

func (p *program) verifyBus(ctx context.Context, known *audit.Known, more ...nats.Option) error {
	l, nc, err := p.open(ctx, more...)
	if err != nil {
		return err
	}
	defer nc.Close()
	return p.verifyLog(ctx, l, known)
}

// parseHead reads what verify has printed.
func parseHead(text string) (*audit.Known, error) {
	if text == "" {
		return nil, nil
	}
	sequence, digits, _ := strings.Cut(text, ":")
	n, err := strconv.ParseUint(sequence, 10, 64)
	hash, hexErr := hex.DecodeString(digits)
	known := &audit.Known{Sequence: n}
	if err != nil || hexErr != nil || n == 0 || len(hash) != len(known.Hash) {
		return nil, usagef("--head %q is no sequence:hash: use what verify has printed", text)
	}
	copy(known.Hash[:], hash)
	return known, nil
}

// verifyData verifies a copy of what a broker keeps. The copy is gone afterwards.
func (p *program) verifyData(ctx context.Context, data string, known *audit.Known) error {
	unlock, err := lockData(data)
	if err != nil {
		return err
	}
	defer unlock()
	dir, err := os.MkdirTemp("", "deskbus-verify-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bar := p.bar("copying", false)
	err = audit.CopyStreams(filepath.Join(data, "nats"), dir, p.zone, bar.show)
	bar.end()
	if errors.Is(err, audit.ErrNoStreams) {
		return usagef("--data %s has no log: use the directory that the broker was given as --data", data)
	}
	if err != nil {
		return err
	}
	// Nobody else shall read the log while it is here.
	password := rand.Text()
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: dir, Password: password})
	if err != nil {
		return err
	}
	defer server.Stop()
	p.url = server.URL()
	return p.verifyBus(ctx, known, nats.UserInfo(embedded.User, password))
}

// lockData makes sure that no broker runs on the directory.
func lockData(data string) (unlock func(), err error) {
	if _, err := os.Stat(data); err != nil {
		return nil, usagef("--data: %w", err)
	}
	file := filepath.Join(data, "lock")
	if _, err := os.Stat(file); err != nil {
		return func() {}, nil // no broker was ever here
	}
	lock := flock.New(file)
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("--data: %w", err)
	}
	if !locked {
		return nil, usagef("a broker runs on %s: stop it, or verify over the bus with --url", data)
	}
	return func() { _ = lock.Unlock() }, nil
}

func (p *program) verifyLog(ctx context.Context, l *audit.Log, known *audit.Known) error {
	bar := p.bar("verifying", false)
	l.Progress = bar.show
	begun := time.Now()
	v, err := l.Verify(ctx, audit.VerifyOptions{Known: known})
	bar.end()
	var fault *audit.Fault
	if errors.As(err, &fault) {
		p.printVerified(l.Zone, v, time.Since(begun))
		return damagedf("zone %s is not whole: %w", l.Zone, fault)
	}
	if err != nil {
		return err
	}
	p.printVerified(l.Zone, v, time.Since(begun))
	fmt.Fprintf(p.stdout, "zone %s is whole; to find it the same later: --head %d:%x\n", l.Zone, v.Head.Sequence, v.Head.Hash)
	return nil
}

// printVerified says what was checked, also when it was not all.
func (p *program) printVerified(zone string, v audit.Verified, took time.Duration) {
	line := func(n uint64, format string, args ...any) {
		if n > 0 {
			fmt.Fprintf(p.stdout, "  %14s %s\n", grouped(n), fmt.Sprintf(format, args...))
		}
	}
	fmt.Fprintf(p.stdout, "zone %s, checked in %s:\n", zone, took.Round(time.Millisecond))
	line(v.Commits, "commits from number %d on: each carries the hash of the one before", v.First)
	line(v.Linked, "of them lead to the oldest snapshot; what was before them is trimmed")
	line(v.Turns, "turns, whole and in one commit each")
	line(v.Events, "events fold; the numbers of the zone, its agents (%d) and its switches (%d) are dense", v.Agents, v.Switches)
	line(v.Commands, "commands decided once and answered in their turn")
	line(v.Capabilities, "times what an agent was told to be able to do is what the matrix says")
	line(v.Compared, "messages of the feed are the events of the journal")
	line(v.Aged, "events have left the feed by their age")
	line(v.Missing, "events are not in the feed yet: the next leader publishes them")
	line(uint64(v.Snapshots), "snapshots are the state at their place")
	line(v.Foreign, "messages in the journal are no commits and were passed over")
	line(v.Strangers, "messages in the feed are no events, or repeat some, and were passed over, the first at sequence %d", v.Stranger)
}
