package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"
)

type sealedKeyCommand struct {
	Output         string `short:"o" required:"" help:"The file to write; one that is there is not overwritten." placeholder:"FILE"`
	Passphrase     bool   `help:"Protect the file with a passphrase, asked for at the terminal or taken from ${sealed_env}."`
	PassphraseFile string `help:"Protect it with the passphrase in the first line of this file." placeholder:"FILE"`
}

func (sealedKeyCommand) Help() string {
	return "Makes the coalition's key for sealed signatures and shows its public half, the recipient. Run it on a coordinator's own machine, never on the server: who has this file can read who signed. Without it, or its passphrase, nobody can; keep a copy apart.\n\nThe file is age's: age-keygen makes one too.\n\nExample: pliego sealed key -o coalition.key --passphrase"
}

// sealedPassphraseEnv names the environment variable that the passphrase of a key
// for sealed signatures may be in.
const sealedPassphraseEnv = "PLIEGO_SEALED_PASSPHRASE"

var sealedPassphrase = passphraseOf{
	"the key", sealedPassphraseEnv,
	"no passphrase was given: give --passphrase-file, or set " + sealedPassphraseEnv,
	"the key is protected by a passphrase: give --passphrase-file, or set " + sealedPassphraseEnv,
}

func (c *sealedKeyCommand) Run(p process) error {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	content := fmt.Sprintf("# A coalition's key for sealed signatures. Whoever has it can read who signed.\n# public key: %s\n%s\n", id.Recipient(), id)
	write := func(w io.Writer) error {
		_, err := io.WriteString(w, content)
		return err
	}
	if c.Passphrase || c.PassphraseFile != "" {
		phrase, err := passphrase(p, c.PassphraseFile, sealedPassphrase, true)
		if err != nil {
			return err
		}
		to, err := age.NewScryptRecipient(phrase)
		if err != nil {
			return err
		}
		write = func(w io.Writer) error { return lockIdentity(w, content, to) }
	}
	if _, err := writeAside(c.Output, write); err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Key written to %s. Its recipient, for pliego sealed offer:\n%s\n", c.Output, id.Recipient())
	return err
}

func lockIdentity(w io.Writer, content string, to age.Recipient) error {
	armored := armor.NewWriter(w)
	locked, err := age.Encrypt(armored, to)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(locked, content); err != nil {
		return err
	}
	return errors.Join(locked.Close(), armored.Close())
}

// sealedIdentities reads a coalition's key: as it is, or protected by a passphrase.
func sealedIdentities(p process, file, passphraseFile string) ([]age.Identity, error) {
	b, err := readBounded(file, maxAgeFile)
	if err != nil {
		return nil, fmt.Errorf("the key: %w", err)
	}
	var locked io.Reader
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(b), []byte(armor.Header)):
		locked = armor.NewReader(bytes.NewReader(bytes.TrimSpace(b)))
	case bytes.HasPrefix(b, []byte("age-encryption.org/")):
		locked = bytes.NewReader(b)
	}
	if locked != nil {
		phrase, err := passphrase(p, passphraseFile, sealedPassphrase, false)
		if err != nil {
			return nil, err
		}
		with, err := age.NewScryptIdentity(phrase)
		if err != nil {
			return nil, err
		}
		opened, err := age.Decrypt(locked, with)
		if err != nil {
			return nil, fmt.Errorf("%s does not open: the passphrase is wrong, or it is no key protected by one", file)
		}
		if b, err = io.ReadAll(io.LimitReader(opened, maxAgeFile)); err != nil {
			return nil, fmt.Errorf("the key in %s is damaged: %w", file, err)
		}
	}
	list, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil { // the library's words could repeat a line of it
		return nil, fmt.Errorf("%s holds no key (AGE-SECRET-KEY-1…); name the file that pliego sealed key wrote", file)
	}
	return list, nil
}

// looseKey warns of a key that others on the machine can read.
func looseKey(file string) string {
	st, err := os.Stat(file)
	if err != nil || st.Mode().Perm()&0o077 == 0 {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("others on this machine can read %s: chmod 600 it", file))
}
