package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pliego/internal/signature"
	"pliego/internal/signature/roll"
)

type signatureExportCommand struct {
	storeFlags
	Letter  string `required:"" help:"The letter." placeholder:"S"`
	Out     string `short:"o" required:"" help:"File to write, ending in .csv or .xlsx; - for CSV on standard output." placeholder:"FILE"`
	Private bool   `help:"Write what the vault keeps too: address, who signs, note. Keep that file as safe as the vault."`
}

func (signatureExportCommand) Help() string {
	return "Writes every numbered signature that stands, with its basis, in the columns that import reads.\n\nExample: pliego signature export --letter water-2026 -o water.xlsx"
}

func (c *signatureExportCommand) Run(p process) error {
	workbook := strings.EqualFold(filepath.Ext(c.Out), ".xlsx")
	if !workbook && c.Out != "-" && !strings.EqualFold(filepath.Ext(c.Out), ".csv") {
		return fmt.Errorf("%s: the file's name must end in .csv or .xlsx", c.Out)
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, err := s.db.LetterBySlug(p.ctx, c.Letter)
	if err != nil {
		return err
	}
	heads := []string{"number"}
	for _, col := range roll.Columns {
		if c.Private || !privateColumn[col] {
			heads = append(heads, string(col))
		}
	}
	heads = append(heads, "basis", "text_sha256", "signed_at")
	n := 0
	rows := func(put func([]string) error) error {
		return s.db.EachSignature(p.ctx, l.ID, func(sig *signature.Signature) error {
			if sig.State != signature.Standing {
				return nil
			}
			var private signature.Private
			if c.Private {
				var err error
				if private, err = s.signing.PrivateOf(p.ctx, sig.ID); err != nil && !errors.Is(err, signature.ErrUnknown) {
					return err
				}
			}
			n++
			cells := []string{strconv.FormatInt(sig.Number, 10)}
			for _, head := range heads[1 : len(heads)-3] {
				cells = append(cells, cellOf(sig, private, roll.Column(head)))
			}
			return put(append(cells, string(sig.Basis), sig.TextHash, sig.SignedAt.UTC().Format(time.RFC3339)))
		})
	}
	write := roll.WriteCSV
	if workbook {
		write = roll.WriteXLSX
	}
	if c.Out == "-" {
		return write(p.stdout, heads, rows)
	}
	if err := writeWhole(c.Out, func(w io.Writer) error { return write(w, heads, rows) }); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%d signatures written to %s.\n", n, c.Out)
	return nil
}

// privateColumn are the columns that only --private writes.
var privateColumn = map[roll.Column]bool{
	roll.SignerName: true, roll.SignerRole: true, roll.Email: true, roll.Received: true, roll.Channel: true, roll.Note: true,
}

func cellOf(sig *signature.Signature, private signature.Private, col roll.Column) string {
	switch p := sig.Public; col {
	case roll.Name:
		if sig.Sealed() {
			return sig.SealedName("en")
		}
		return p.Name
	case roll.Kind:
		return string(sig.Kind)
	case roll.Acronym:
		return p.Acronym
	case roll.Country:
		return p.Country
	case roll.Website:
		return p.Website
	case roll.Role:
		return p.Role
	case roll.Affiliated:
		return p.Affiliation
	case roll.SignerName:
		return private.SignerName
	case roll.SignerRole:
		return private.SignerRole
	case roll.Email:
		return private.Email
	case roll.Lang:
		return sig.Lang
	case roll.Received:
		return private.Received
	case roll.Channel:
		return private.Channel
	case roll.Note:
		return private.Note
	}
	return ""
}

// writeWhole writes a file that only its owner may read, and leaves none that
// is half written.
func writeWhole(file string, write func(io.Writer) error) error {
	part, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	defer os.Remove(part.Name())
	err = write(part)
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
