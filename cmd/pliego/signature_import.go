package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pliego/internal/sheet"
	"pliego/internal/signature"
	"pliego/internal/signature/roll"
)

type signatureImportCommand struct {
	storeFlags
	File     string `arg:"" help:"The list: CSV, XLSX, or plain text with one name to a line; - for standard input." placeholder:"FILE"`
	Letter   string `required:"" help:"The letter that was signed." placeholder:"S"`
	DryRun   bool   `help:"Look at every row and record nothing."`
	Evidence string `help:"File that shows what was given: a scan, a message, the list itself. It is kept encrypted." placeholder:"FILE" type:"existingfile"`
	Channel  string `help:"How the yes came, where a row does not say it." enum:",email,call,paper,other" default:"" placeholder:"email|call|paper|other"`
	Received string `help:"The day it came, where a row does not say it." placeholder:"2026-05-03"`
	Rejected string `help:"Where the rows go that were not recorded, with the reason; default: FILE-rejected.csv beside the list." placeholder:"FILE"`
	NoMail   bool   `help:"Send no mail to those with an address. They are told otherwise what was recorded in their name, with a page of their own."`
}

func (signatureImportCommand) Help() string {
	return "Records signatures that were given to the coordinator by e-mail, in a call or on paper; the record shows this basis. Columns are known by their headings in four languages: name, kind, acronym, country, website, role, affiliation, signer_name, signer_role, email, language, received, channel, note. Only the name is needed, and per row a note or for all an --evidence file. A bad row stops nothing: it is handed back as a file.\n\nExample: pliego signature import paper-list.xlsx --letter water-2026 --channel paper --evidence scan.pdf --dry-run"
}

func (c *signatureImportCommand) Run(p process) error {
	list, err := c.read(p)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	for _, head := range list.Unknown() {
		fmt.Fprintf(p.stderr, "column %q is not known and passed over\n", head)
	}
	var evidence *signature.Evidence
	if c.Evidence != "" {
		b, err := readBounded(c.Evidence, signature.MaxEvidence)
		if err != nil {
			return err
		}
		evidence = &signature.Evidence{Name: filepath.Base(c.Evidence), Bytes: b}
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	yeses := make([]signature.Yes, len(list.Rows))
	for i, r := range list.Rows {
		yeses[i] = signature.YesOf(list, r, c.Channel, c.Received)
	}
	outcomes, failed := s.signing.Given(p.ctx, s.db, c.Letter, yeses, evidence, !c.NoMail, c.DryRun)
	if outcomes == nil {
		return failed
	}
	fine := 0
	var rejected []sheet.Row
	for i, o := range outcomes {
		if o.Recorded || c.DryRun && o.Fine() {
			fine++
			continue
		}
		why := o.Words()
		if why == "" { // not reached
			why = "not recorded: the import stopped before it"
		}
		fmt.Fprintf(p.stderr, "row %d: %s\n", list.Rows[i].Line, why)
		rejected = append(rejected, sheet.Row{Line: list.Rows[i].Line, Cells: append(fill(list.Rows[i].Cells, len(list.Heads)), why)})
	}
	done := "recorded"
	if c.DryRun {
		done = "in order; nothing was recorded"
	}
	fmt.Fprintf(p.stdout, "%d of %d rows %s.\n", fine, len(yeses), done)
	if len(rejected) > 0 && !c.DryRun {
		file, err := c.handBack(list, rejected)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "The other %d are in %s: mend them there and import that file.\n", len(rejected), file)
	}
	return failed
}

func (c *signatureImportCommand) read(p process) (*roll.List, error) {
	if c.File == "-" {
		return roll.Read("", p.stdin)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return roll.Read(c.File, f)
}

// handBack writes the rows that were not recorded, each with the reason, in the
// columns that they came in.
func (c *signatureImportCommand) handBack(l *roll.List, rows []sheet.Row) (file string, err error) {
	file = c.Rejected
	if file == "" {
		file = "rejected.csv"
		if c.File != "-" {
			file = strings.TrimSuffix(c.File, filepath.Ext(c.File)) + "-rejected.csv"
		}
	}
	out, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", fmt.Errorf("hand the rejected rows back: %w", err)
	}
	err = sheet.WriteCSV(out, append(append([]string(nil), l.Heads...), "why not"), func(put func([]string) error) error {
		for _, r := range rows {
			if err := put(r.Cells); err != nil {
				return err
			}
		}
		return nil
	})
	if closed := out.Close(); err == nil {
		err = closed
	}
	return file, err
}

// fill makes cells exactly n long.
func fill(cells []string, n int) []string {
	out := make([]string, n)
	copy(out, cells)
	return out
}
