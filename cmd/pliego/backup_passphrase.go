package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"filippo.io/age"
	"golang.org/x/term"
)

// passphraseEnv names the environment variable that a backup's passphrase may be
// in. It is no flag: other users of the machine can see flags.
const passphraseEnv = "PLIEGO_BACKUP_PASSPHRASE"

// Bounds of the files that say how a backup is encrypted, in bytes.
const (
	maxPassphrase = 4 << 10
	maxAgeFile    = 1 << 20
)

// recipients says to whom the backup is encrypted, also in words.
func (c *backupCommand) recipients(p process) (list []age.Recipient, to string, err error) {
	if len(c.Recipient) > 0 || c.RecipientsFile != "" {
		if c.PassphraseFile != "" {
			return nil, "", errors.New("a backup is encrypted to recipients or with a passphrase, not both: give --recipient and --recipients-file, or --passphrase-file")
		}
		text := strings.Join(c.Recipient, "\n")
		if c.RecipientsFile != "" {
			b, err := readBounded(c.RecipientsFile, maxAgeFile)
			if err != nil {
				return nil, "", fmt.Errorf("the recipients: %w", err)
			}
			text += "\n" + string(b)
		}
		list, err = age.ParseRecipients(strings.NewReader(text))
		if err != nil {
			return nil, "", fmt.Errorf("the recipients: %w; age-keygen makes an identity and shows its recipient, age1…", err)
		}
		if len(list) == 1 {
			return list, "to 1 recipient", nil
		}
		return list, fmt.Sprintf("to %d recipients", len(list)), nil
	}
	passphrase, err := passphrase(p, c.PassphraseFile, backupPassphrase, true)
	if err != nil {
		return nil, "", err
	}
	r, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return nil, "", err
	}
	return []age.Recipient{r}, "with a passphrase", nil
}

// identities says with what a backup is opened.
func (c *restoreCommand) identities(p process) ([]age.Identity, error) {
	if len(c.Identity) > 0 {
		if c.PassphraseFile != "" {
			return nil, errors.New("a backup is opened with an identity or a passphrase: give --identity or --passphrase-file, not both")
		}
		var all []age.Identity
		for _, file := range c.Identity {
			b, err := readBounded(file, maxAgeFile)
			if err != nil {
				return nil, fmt.Errorf("the identity: %w", err)
			}
			list, err := age.ParseIdentities(bytes.NewReader(b))
			if err != nil {
				return nil, fmt.Errorf("the identity in %s: %w", file, err)
			}
			all = append(all, list...)
		}
		return all, nil
	}
	passphrase, err := passphrase(p, c.PassphraseFile, backupPassphrase, false)
	if err != nil {
		return nil, err
	}
	id, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	return []age.Identity{id}, nil
}

// passphraseOf says what a passphrase is for: how it is asked for, which
// environment variable may hold it, and what to say when there is none to be had,
// for a new thing and for one that is to be opened.
type passphraseOf struct{ thing, env, noNew, none string }

var backupPassphrase = passphraseOf{
	"the backup", passphraseEnv,
	"a backup is always encrypted: give --recipient, --recipients-file or --passphrase-file, or set " + passphraseEnv,
	"the backup is encrypted: give --identity or --passphrase-file, or set " + passphraseEnv,
}

// passphrase finds the passphrase in a file, the environment, or at the terminal,
// where a new one is asked for twice.
func passphrase(p process, file string, of passphraseOf, isNew bool) (string, error) {
	var s string
	switch stdin, _ := p.stdin.(*os.File); {
	case file != "":
		b, err := readBounded(file, maxPassphrase)
		if err != nil {
			return "", fmt.Errorf("the passphrase: %w", err)
		}
		s, _, _ = strings.Cut(string(b), "\n")
		s = strings.TrimSuffix(s, "\r")
	case os.Getenv(of.env) != "":
		s = os.Getenv(of.env)
	case stdin != nil && term.IsTerminal(int(stdin.Fd())):
		var err error
		if s, err = askPassphrase(p, stdin, "Passphrase of "+of.thing+": "); err != nil {
			return "", err
		}
		if isNew {
			again, err := askPassphrase(p, stdin, "The same once more: ")
			if err != nil {
				return "", err
			}
			if again != s {
				return "", errors.New("the two passphrases differ; nothing was written")
			}
		}
	case isNew:
		return "", errors.New(of.noNew)
	default:
		return "", errors.New(of.none)
	}
	if s == "" {
		return "", errors.New("the passphrase is empty")
	}
	return s, nil
}

// askPassphrase reads a line that is not shown. An interrupt ends the waiting.
func askPassphrase(p process, stdin *os.File, prompt string) (string, error) {
	fd := int(stdin.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return "", err
	}
	fmt.Fprint(p.stderr, prompt)
	defer fmt.Fprintln(p.stderr)
	type answer struct {
		line []byte
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(fd)
		read <- answer{line, err}
	}()
	select {
	case a := <-read:
		return string(a.line), a.err
	case <-p.ctx.Done():
		return "", errors.Join(p.ctx.Err(), term.Restore(fd, before))
	}
}
