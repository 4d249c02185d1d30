package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"pliego/internal/followup/table"
	"pliego/internal/letter"
	"pliego/internal/sheet"
)

type recordImportCommand struct {
	storeFlags
	File     string `arg:"" help:"The table: CSV or XLSX." placeholder:"FILE"`
	Letter   string `required:"" help:"The letter whose record it is." placeholder:"S"`
	DryRun   bool   `help:"Look at every row and record nothing."`
	Reason   string `help:"Why rows correct what is on record, where a row does not say it." placeholder:"TEXT"`
	Rejected string `help:"Where the rows go that were not recorded, with the reason; default: FILE-rejected.csv beside the table." placeholder:"FILE"`
}

func (recordImportCommand) Help() string {
	return "Records answers, commitments, actions and assessments from a table, in the columns that pliego record export writes; headings are known in four languages. " +
		"A row with an id that is on record, and other words, is a correction and needs a reason: the old version stays readable. A row with an id and a source alone adds the source to the row above. " +
		"No verdict is taken without a source that was read. A bad row stops nothing: it is handed back as a file.\n\nExample: pliego record import record.xlsx --letter water-2026 --dry-run"
}

func (c *recordImportCommand) Run(p process) error {
	content, err := readBounded(c.File, sheet.MaxBytes)
	if err != nil {
		return err
	}
	rows, err := sheet.Read(content)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	t, err := table.Read(rows)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	for _, head := range t.Unknown {
		fmt.Fprintf(p.stderr, "column %q is not known and passed over\n", head)
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
	record, err := s.db.RecordOf(p.ctx, l.ID)
	if err != nil {
		return err
	}
	offices, asks := keysOf(l)
	write, verdicts, err := table.Decide(t, record, offices, asks, "command", c.Reason)
	if err != nil {
		return err
	}
	count := map[table.Fate]int{}
	var rejected [][]string
	for n, v := range verdicts {
		count[v.Fate]++
		if v.Fate == table.Wrong {
			fmt.Fprintf(p.stderr, "row %d: %s\n", t.Rows[n].Line, oneLine(v.Err))
			for k, cells := range t.Rows[n].Cells {
				why := ""
				if k == 0 {
					why = oneLine(v.Err)
				}
				rejected = append(rejected, append(fill(cells, len(t.Heads)), why))
			}
		}
	}
	done := "recorded"
	if c.DryRun {
		done = "to record; nothing was"
	} else if len(write) > 0 {
		if err := s.db.AppendRecord(p.ctx, l.ID, l.Slug, write, time.Now()); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stdout, "%d new and %d corrections %s; %d unchanged, %d wrong.\n", count[table.New], count[table.Corrects], done, count[table.Unchanged], count[table.Wrong])
	if len(rejected) == 0 || c.DryRun {
		return nil
	}
	file := c.Rejected
	if file == "" {
		file = strings.TrimSuffix(c.File, filepath.Ext(c.File)) + "-rejected.csv"
	}
	err = writeWhole(file, func(w io.Writer) error {
		return sheet.WriteCSV(w, append(append([]string(nil), t.Heads...), "why not"), func(put func([]string) error) error {
			for _, cells := range rejected {
				if err := put(cells); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "The rows that are wrong are in %s: mend them there and import that file.\n", file)
	return nil
}

// keysOf are the addressees and asks that a letter's record may name.
func keysOf(l *letter.Letter) (offices, asks []string) {
	for _, a := range l.Addressees {
		offices = append(offices, a.Key)
	}
	for _, t := range l.Texts {
		for _, a := range t.Asks {
			asks = append(asks, a.Key)
		}
	}
	return offices, asks
}
