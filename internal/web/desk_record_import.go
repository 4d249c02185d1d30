package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"pliego/internal/followup"
	"pliego/internal/followup/table"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/sheet"
	"pliego/internal/store"
)

// A table of the record is imported in two steps: it is read and every row gets a
// verdict, and nothing is kept; then the rows in order become drafts. What a
// second person has not confirmed does not get public by being imported.

const deskRecordImportPattern = "/desk/letters/{letter}/record/import"

type deskTablePage struct {
	page
	Slug     string
	Tabs     []link
	Action   string
	Problems []problem
	Name     string
	Unknown  []string
	Counts   string
	Rows     []deskTableRow
	More     int
	CanKeep  bool
	Columns  []string
}

type deskTableRow struct {
	Line  int
	Title words
	Facts []string
	Fate  string
	Why   words
}

// keptTable is a table as it was brought, until its rows are kept.
type keptTable struct {
	Name string
	Rows []sheet.Row
}

var fateNames = map[table.Fate]string{
	table.New: "record.fate_new", table.Corrects: "record.fate_corrects", table.Unchanged: "record.fate_unchanged", table.Wrong: "record.fate_wrong",
}

// deskTableForm is the form that takes a table of the record.
func (s *Site) deskTableForm(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	if _, err := s.store.LetterBySlug(ctx, r.PathValue("letter")); err != nil {
		return err
	}
	return s.draw(w, http.StatusOK, "desk_record_import", s.newDeskTablePage(d, r.PathValue("letter"), ""))
}

func (s *Site) newDeskTablePage(d *desk, slug, rest string) *deskTablePage {
	return &deskTablePage{
		page: s.newDeskPage(d, "/desk/", locale.T(d.lang(), "record.import")+" · "+slug), Slug: slug, Tabs: s.deskTabs(d, slug, "/record"),
		Action: deskLetterPath(slug) + "/record/import" + rest, Columns: table.Heads(),
	}
}

// deskTableRead reads a table, and leads to the verdicts.
func (s *Site) deskTableRead(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang, slug := d.lang(), r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	refuse := func(why string) error {
		p := s.newDeskTablePage(d, slug, "")
		p.Problems = []problem{{"#file", why}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_record_import", p)
	}
	name, content, err := broughtFile(r, "")
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20))
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	case len(bytes.TrimSpace(content)) == 0:
		return refuse(locale.T(lang, "desk.no_file"))
	}
	rows, err := sheet.Read(content)
	if err != nil {
		return refuse(locale.T(lang, "desk.roll_format"))
	}
	t, err := table.Read(rows)
	switch {
	case errors.Is(err, table.ErrEmpty):
		return refuse(locale.T(lang, "desk.roll_empty"))
	case err != nil:
		return refuse(locale.T(lang, "record.no_heads"))
	case len(t.Rows) > maxRollRows:
		return refuse(locale.T(lang, "desk.roll_too_big", "n", maxRollRows))
	}
	id, err := s.keepFile(ctx, d, store.DeskRecord, l.ID, keptTable{fileName(name), rows})
	if err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/record/import/"+id, http.StatusSeeOther)
	return nil
}

// tableOf opens a table that was kept, and decides what becomes of its rows.
func (s *Site) tableOf(ctx context.Context, r *http.Request, d *desk) (l *letter.Letter, f store.DeskFile, name string, t *table.Table, write []*followup.Item, verdicts []table.Verdict, err error) {
	if l, err = s.store.LetterBySlug(ctx, r.PathValue("letter")); err != nil {
		return
	}
	var kept keptTable
	if f, err = s.keptFile(ctx, r.PathValue("file"), store.DeskRecord, &kept); err != nil {
		return
	}
	if f.LetterID != l.ID {
		err = errNotFound
		return
	}
	name = kept.Name
	if t, err = table.Read(kept.Rows); err != nil {
		return
	}
	record, err := s.store.RecordOf(ctx, l.ID)
	if err != nil {
		return
	}
	var offices []string
	for _, a := range l.Addressees {
		offices = append(offices, a.Key)
	}
	write, verdicts, err = table.Decide(t, record, offices, allAskKeys(l), d.person.ID, "")
	return
}

// deskTableLook shows a verdict for every row; nothing is kept.
func (s *Site) deskTableLook(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	l, f, name, t, write, verdicts, err := s.tableOf(ctx, r, d)
	if err != nil {
		return err
	}
	lang := d.lang()
	p := s.newDeskTablePage(d, l.Slug, "/"+f.ID)
	p.Name, p.Unknown, p.CanKeep = name, t.Unknown, len(write) > 0
	count := map[table.Fate]int{}
	titles := askTitles(lang, l)
	for n, v := range verdicts {
		count[v.Fate]++
		if len(p.Rows) >= shownRows {
			continue
		}
		row := deskTableRow{Line: t.Rows[n].Line, Fate: locale.Named(lang, fateNames, v.Fate), Why: tableWhy(lang, v.Err)}
		if i := t.Rows[n].Item; i != nil {
			row.Title, row.Facts = itemLine(lang, l, titles, i)
		}
		p.Rows = append(p.Rows, row)
	}
	p.More = len(verdicts) - len(p.Rows)
	p.Counts = locale.T(lang, "record.import_counts", "new", count[table.New], "corrects", count[table.Corrects], "unchanged", count[table.Unchanged], "wrong", count[table.Wrong])
	return s.draw(w, http.StatusOK, "desk_record_table", p)
}

// tableWhy says why a row is wrong: the rules in the reader's language, what a cell
// holds in English, as the command says it.
func tableWhy(lang string, err error) words {
	switch {
	case err == nil:
		return words{}
	case errors.Is(err, table.ErrReason):
		return words{locale.T(lang, "record.row_reason"), lang}
	case errors.Is(err, followup.ErrNoCitation):
		return words{locale.T(lang, "record.need_source"), lang}
	case errors.Is(err, followup.ErrWeakSources):
		return words{locale.T(lang, "record.weak"), lang}
	}
	return words{err.Error(), "en"}
}

// deskTableKeep makes drafts of the rows that are in order.
func (s *Site) deskTableKeep(_ context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	ctx, cancel := context.WithTimeout(r.Context(), importWithin)
	defer cancel()
	l, f, _, _, write, _, err := s.tableOf(ctx, r, d)
	if err != nil {
		return err
	}
	drafts := make([]*followup.Draft, len(write))
	for n, i := range write {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		drafts[n] = &followup.Draft{ID: id.String(), LetterID: l.ID, Item: i, EnteredBy: d.person.ID, CreatedAt: s.now()}
	}
	err = s.store.AddDrafts(ctx, drafts)
	if errors.Is(err, store.ErrManyDrafts) {
		p := s.newDeskTablePage(d, l.Slug, "")
		p.Problems = []problem{{Text: locale.T(d.lang(), "record.many")}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_record_import", p)
	}
	if err != nil {
		return err
	}
	n := strconv.Itoa(len(drafts))
	if err := s.accounts.Note(ctx, d.person.ID, "record.import", l.ID, l.Slug, "", n); err != nil {
		return err
	}
	if err := s.store.DropDeskFile(context.WithoutCancel(ctx), f.ID); err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(l.Slug)+"/record?done=import&n="+n, http.StatusSeeOther)
	return nil
}

// deskRecordExport writes what is on record in the columns that an import reads.
func (s *Site) deskRecordExport(write func(w *patient, heads []string, rows func(put func([]string) error) error) error, ending, contentType string) deskHandler {
	return func(ctx context.Context, w http.ResponseWriter, r *http.Request, _ *desk) error {
		l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
		if err != nil {
			return err
		}
		record, err := s.store.RecordOf(ctx, l.ID)
		if err != nil {
			return err
		}
		h := w.Header()
		out := &patient{w: w, control: http.NewResponseController(w), begin: func() {
			h.Set("Content-Type", contentType)
			h.Set("Content-Disposition", `attachment; filename="`+l.Slug+"-record"+ending+`"`)
		}}
		err = write(out, table.Heads(), func(put func([]string) error) error {
			for _, i := range record.Newest() {
				if err := table.Write(i, put); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && out.begin == nil {
			s.log.Warn("record not written to its end", "error", err)
			panic(http.ErrAbortHandler)
		}
		return err
	}
}
