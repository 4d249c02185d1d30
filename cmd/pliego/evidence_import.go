package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"pliego/internal/evidence"
	"pliego/internal/evidence/importing"
	"pliego/pack"
)

type evidenceImportCommand struct {
	storeFlags
	File      string `arg:"" help:"The figures: CSV, XLSX, JSON, or a ZIP with a CSV in it." placeholder:"FILE" type:"existingfile"`
	DryRun    bool   `help:"Say of every row what would become of it, and store nothing."`
	Indicator string `help:"What is measured, where the file does not say." placeholder:"KEY"`
	Source    string `help:"Under which source the figures are kept, instead of the file's own." placeholder:"KEY"`
	Vintage   string `help:"When the publisher issued the file, where it does not say." placeholder:"2026-05-03"`
	Year      int    `help:"The year of a table without one." placeholder:"2026"`
	Replace   bool   `help:"Put other values in the place of those that stand there under the same source."`
}

func (evidenceImportCommand) Help() string {
	return "The format is told from the content: our own columns (place, period, indicator, value, unit, source, note), UNODC data portal (XLSX, CSV), World Bank API (JSON) and bulk download (CSV, ZIP), Our World in Data, World Prison Brief tables, SDMX-CSV. A bad row is named and stops nothing; importing a file again changes nothing; vintages of one source stay apart.\n\nExample: pliego evidence import data_cts_prisons_and_prisoners.xlsx --dry-run\n\nExample: pliego evidence import prison-brief.csv --vintage 2023-06-26"
}

func (c *evidenceImportCommand) Run(p process) error {
	if c.Source != "" {
		if err := importing.CheckSource(c.Source); err != nil {
			return err
		}
	}
	in, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	st, err := in.Stat()
	if err != nil {
		return err
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	f, hash, err := c.understand(p, s, in, st.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	out := bufio.NewWriter(p.stdout)
	told := &importTold{out: out, err: p.stderr, dry: c.DryRun, from: time.Now(), passed: map[string]int{}}
	tally, err := f.Into(p.ctx, s.db, c.Replace, c.DryRun, time.Now(), told.verdict)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	told.sum(f.Format, tally)
	if err := out.Flush(); err != nil {
		return err
	}
	if tally.Fates[evidence.Added]+tally.Fates[evidence.Same]+tally.Fates[evidence.Replaced]+tally.Fates[evidence.Differs] == 0 {
		return fmt.Errorf("%s: no figure could be read", c.File)
	}
	if c.DryRun {
		return nil
	}
	return s.db.NoteImport(p.ctx, hash, told.source, time.Now())
}

// understand recognises the file, with the definitions of the store, or those
// that are shipped when it has none.
func (c *evidenceImportCommand) understand(p process, s *site, in io.ReaderAt, size int64) (*importing.File, string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(in, 0, size)); err != nil {
		return nil, "", err
	}
	hash := hex.EncodeToString(h.Sum(nil))
	defined, err := s.db.Indicators(p.ctx)
	if err != nil {
		return nil, "", err
	}
	if len(defined) == 0 {
		americas, err := pack.Read(pack.Americas())
		if err != nil {
			return nil, "", err
		}
		defined = americas.Evidence.Indicators
		if !c.DryRun {
			if err := s.db.DefineIndicators(p.ctx, americas.Key, defined); err != nil {
				return nil, "", err
			}
		}
	}
	known, err := s.db.Sources(p.ctx)
	if err != nil {
		return nil, "", err
	}
	o := importing.Options{Indicator: c.Indicator, Source: c.Source, Vintage: c.Vintage, Year: c.Year, Known: known, Today: time.Now().UTC()}
	if before, found, err := s.db.ImportedBefore(p.ctx, hash); err != nil {
		return nil, "", err
	} else if had, there := evidence.FindSource(known, before); found && there && o.Vintage == "" {
		o.Vintage = had.Vintage // a file that is not dated keeps the day on which it first came
	}
	f, err := importing.Open(in, size, defined, o)
	return f, hash, err
}

// importTold tells of an import while it goes on.
type importTold struct {
	out    *bufio.Writer
	err    io.Writer
	dry    bool
	from   time.Time
	n      int
	bad    int
	differ int
	source string // of the figures
	passed map[string]int
}

// namedRows is how many rows with mistakes are named; a dry run names all.
const namedRows = 100

func (t *importTold) verdict(v importing.Verdict) {
	t.n++
	if t.n%50_000 == 0 && time.Since(t.from) > 2*time.Second {
		fmt.Fprintf(t.err, "%d rows …\n", t.n)
	}
	o := v.Observation
	switch {
	case v.Problem != "":
		if t.bad++; t.bad <= namedRows {
			fmt.Fprintf(t.err, "row %d: %s\n", v.Line, v.Problem)
		}
		if t.dry {
			fmt.Fprintf(t.out, "row %d: bad: %s\n", v.Line, v.Problem)
		}
		return
	case v.Passed != "":
		if len(t.passed) < 1000 {
			t.passed[v.Passed]++
		}
		if t.dry {
			fmt.Fprintf(t.out, "row %d: passed over: %s\n", v.Line, v.Passed)
		}
		return
	case v.Fate == evidence.Differs && !t.dry:
		if t.differ++; t.differ <= namedRows {
			fmt.Fprintf(t.err, "row %d: another value stands there for %s of %s in %s from %s and stays; --replace puts this one in its place, --vintage keeps it apart\n", v.Line, o.Indicator, o.Place, o.Period, o.Source)
		}
	}
	t.source = o.Source
	if t.dry {
		fmt.Fprintf(t.out, "row %d: %s: %s of %s in %s: %s (%s)\n", v.Line, v.Fate, o.Indicator, o.Place, o.Period, evidence.FormatNumber(o.Value), o.Source)
	}
}

// sum tells how the import ended.
func (t *importTold) sum(format importing.Format, tally importing.Tally) {
	if t.bad > namedRows {
		fmt.Fprintf(t.err, "… and %d more bad rows; --dry-run names all\n", t.bad-namedRows)
	}
	if t.differ > namedRows {
		fmt.Fprintf(t.err, "… and %d more rows that differ; --dry-run names all\n", t.differ-namedRows)
	}
	var why []string
	for w := range t.passed {
		why = append(why, w)
	}
	slices.SortFunc(why, func(a, b string) int {
		if d := t.passed[b] - t.passed[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, w := range why[:min(len(why), 10)] {
		fmt.Fprintf(t.out, "passed over %d: %s\n", t.passed[w], w)
	}
	did := "added"
	if t.dry {
		did = "would be added"
	}
	fmt.Fprintf(t.out, "Format %s: %d %s, %d replaced, %d there already, %d differ, %d passed over, %d bad.\n", format,
		tally.Fates[evidence.Added], did, tally.Fates[evidence.Replaced], tally.Fates[evidence.Same], tally.Fates[evidence.Differs], tally.Passed, tally.Bad)
}
