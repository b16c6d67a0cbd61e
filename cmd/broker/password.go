package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/deskbus/deskbus/logon"
)

// hashPassword makes the hashes of the configuration file.
func hashPassword() *cobra.Command {
	return &cobra.Command{
		Use:     "hash-password",
		Short:   "Read a password and print its hash for the configuration file",
		Example: "  broker hash-password\n  printf %s 'correct horse' | broker hash-password",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			password, err := readPassword(c.Context(), c.InOrStdin(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			hash, err := logon.HashPassword(password)
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), hash)
			return nil
		},
	}
}

// readPassword reads one line, without echo from a terminal. Ctrl-C ends it.
func readPassword(ctx context.Context, in io.Reader, prompt io.Writer) (string, error) {
	type line struct {
		text string
		err  error
	}
	read := make(chan line, 1)
	f, terminal := in.(*os.File)
	if terminal = terminal && term.IsTerminal(int(f.Fd())); terminal {
		before, err := term.GetState(int(f.Fd()))
		if err != nil {
			return "", err
		}
		defer term.Restore(int(f.Fd()), before)
		fmt.Fprint(prompt, "Password: ")
		go func() {
			text, err := term.ReadPassword(int(f.Fd()))
			read <- line{string(text), err}
		}()
	} else {
		go func() {
			lines := bufio.NewScanner(in)
			lines.Scan()
			read <- line{lines.Text(), lines.Err()}
		}()
	}
	select {
	case <-ctx.Done():
		return "", errors.New("interrupted")
	case l := <-read:
		if terminal {
			fmt.Fprintln(prompt)
		}
		if l.err == nil && l.text == "" {
			l.err = errors.New("no password: type one, or write it to standard input as one line")
		}
		return l.text, l.err
	}
}
