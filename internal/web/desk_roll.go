package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pliego/internal/locale"
	"pliego/internal/sheet"
	"pliego/internal/signature"
	"pliego/internal/signature/roll"
	"pliego/internal/store"
)

// A list of signatories is imported in two steps: it is read and every row gets
// a verdict, and nothing is recorded; then those in order are recorded, and the
// others are handed back as a file in the columns in which they came.

// Bounds of an import in the browser; the command takes more.
const (
	maxRollRows  = 5000
	shownRows    = 500
	importWithin = 100 * time.Second
)

type deskRollPage struct {
	page
	Slug, Action string
	Tabs         []link
	How          []field
	Problems     []problem
	Pasted       string

	// Of a list that was read.
	Name       string
	Columns    []rollColumn
	Rows       []rollRow
	More       int
	Fine, Bad  string
	CanRecord  bool
	Done       string // what was recorded before, with these rows left over
	Rejected   string
	NeedsProof bool
	Mail       bool
	OwnProof   bool
}

type rollColumn struct {
	Head, As string
}

type rollRow struct {
	Line    int
	Name    string
	Facts   []string
	Verdict string // "" when it can be recorded
}

// keptRoll is a list as it was read, until it is recorded.
type keptRoll struct {
	Name              string
	List              *roll.List
	Channel, Received string
	Bytes             []byte // the file itself, for it may be the evidence
	Recorded          int    // of the list that these rows are left over from
	LeftOver          bool
}

// deskImport is the form that takes a list.
func (s *Site) deskImport(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	if _, err := s.store.LetterBySlug(ctx, r.PathValue("letter")); err != nil {
		return err
	}
	return s.draw(w, http.StatusOK, "desk_import", s.newDeskRollPage(d, r.PathValue("letter"), "/import", url.Values{}))
}

func (s *Site) newDeskRollPage(d *desk, slug, rest string, form url.Values) *deskRollPage {
	lang := d.lang()
	return &deskRollPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "desk.import_title", "letter", slug)), Slug: slug, Tabs: s.deskTabs(d, slug, "/import"),
		Action: deskLetterPath(slug) + rest, How: yesHow(lang, form, nil), Pasted: form.Get("pasted"),
	}
}

// deskImportRead reads a list, and leads to the verdicts.
func (s *Site) deskImportRead(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	lang, slug := d.lang(), r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	name, content, err := broughtFile(r, "pasted")
	refuse := func(why string) error {
		p := s.newDeskRollPage(d, slug, "/import", r.PostForm)
		p.Problems = []problem{{"#file", why}}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_import", p)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return refuse(locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20))
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	case len(bytes.TrimSpace(content)) == 0:
		return refuse(locale.T(lang, "desk.no_file"))
	}
	list, err := roll.Read(name, bytes.NewReader(content))
	switch {
	case errors.Is(err, roll.ErrEmpty):
		return refuse(locale.T(lang, "desk.roll_empty"))
	case errors.Is(err, roll.ErrNoName):
		return refuse(locale.T(lang, "desk.roll_no_name"))
	case errors.Is(err, roll.ErrTwice):
		return refuse(locale.T(lang, "desk.roll_twice"))
	case errors.Is(err, roll.ErrTooBig), err == nil && len(list.Rows) > maxRollRows:
		return refuse(locale.T(lang, "desk.roll_too_big", "n", maxRollRows))
	case err != nil:
		return refuse(locale.T(lang, "desk.roll_format"))
	}
	kept := keptRoll{Name: fileName(name), List: list, Channel: r.PostForm.Get("channel"), Received: r.PostForm.Get("received"), Bytes: content}
	id, err := s.keepFile(ctx, d, store.DeskRoll, l.ID, kept)
	if err != nil {
		return err
	}
	http.Redirect(w, r, deskLetterPath(slug)+"/import/"+id, http.StatusSeeOther)
	return nil
}

// fileName is a file's name without a path.
func fileName(name string) string {
	name = filepath.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" || name == "" {
		return "list.txt"
	}
	return name
}

func (k *keptRoll) yeses() []signature.Yes {
	list := make([]signature.Yes, len(k.List.Rows))
	for i, row := range k.List.Rows {
		list[i] = signature.YesOf(k.List, row, k.Channel, k.Received)
	}
	return list
}

// deskImportLook shows a verdict for every row; nothing is recorded.
func (s *Site) deskImportLook(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.drawRoll(ctx, w, r, d, http.StatusOK, nil)
}

// rollOf opens the list of a path, if it is of the path's letter.
func (s *Site) rollOf(ctx context.Context, r *http.Request) (slug string, kept *keptRoll, f store.DeskFile, err error) {
	l, err := s.store.LetterBySlug(ctx, r.PathValue("letter"))
	if err != nil {
		return "", nil, f, err
	}
	kept = &keptRoll{}
	if f, err = s.keptFile(ctx, r.PathValue("file"), store.DeskRoll, kept); err != nil {
		return "", nil, f, err
	}
	if f.LetterID != l.ID {
		return "", nil, f, errNotFound
	}
	return l.Slug, kept, f, nil
}

func (s *Site) drawRoll(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk, status int, problems []problem) error {
	lang := d.lang()
	slug, kept, f, err := s.rollOf(ctx, r)
	if err != nil {
		return err
	}
	p := s.newDeskRollPage(d, slug, "/import/"+f.ID, url.Values{"channel": {kept.Channel}, "received": {kept.Received}})
	p.Name, p.Problems, p.Mail, p.OwnProof = kept.Name, problems, r.Method == http.MethodGet || r.PostForm.Get("mail") == "1", r.PostForm.Get("own") == "1"
	for i, head := range kept.List.Heads {
		c := rollColumn{Head: head, As: locale.T(lang, "desk.column_unknown")}
		if col := kept.List.Columns[i]; col != "" {
			c.As = fieldLabel(lang, string(col))
		} else if strings.TrimSpace(head) == "" {
			continue
		}
		p.Columns = append(p.Columns, c)
	}
	yeses := kept.yeses()
	// With evidence every row is judged by what it holds itself.
	out, err := s.signing.Given(ctx, s.store, slug, yeses, &signature.Evidence{}, false, true)
	if why := givenProblem(lang, err); why != "" {
		p.Problems = append(p.Problems, problem{Text: why})
		out = make([]signature.Outcome, len(yeses))
	} else if err != nil {
		return err
	}
	fine := 0
	for i, o := range out {
		if o.Fine() {
			fine++
			p.NeedsProof = p.NeedsProof || yeses[i].Note == ""
		}
		if len(p.Rows) < shownRows {
			x := rollRow{Line: kept.List.Rows[i].Line, Name: yeses[i].Form.Name, Verdict: outcomeWords(lang, o)}
			for _, fact := range []string{yeses[i].Form.Acronym, yeses[i].Form.Country, yeses[i].Form.Email, yeses[i].Note} {
				if fact != "" {
					x.Facts = append(x.Facts, fact)
				}
			}
			p.Rows = append(p.Rows, x)
		}
	}
	p.More = len(out) - len(p.Rows)
	p.Fine, p.CanRecord = locale.T(lang, "desk.roll_fine", "n", fine), fine > 0 && givenProblem(lang, err) == ""
	if bad := len(out) - fine; bad > 0 {
		p.Bad = locale.T(lang, "desk.roll_bad", "n", bad)
	}
	if kept.LeftOver {
		p.Done, p.Rejected = locale.T(lang, "desk.roll_left", "n", kept.Recorded, "left", len(yeses)), p.Action+"/rejected.csv"
	}
	return s.draw(w, status, "desk_roll", p)
}

// deskImportRecord records the rows that are in order. Those that are not stay,
// with the reason, to be handed back.
func (s *Site) deskImportRecord(_ context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	ctx, cancel := context.WithTimeout(r.Context(), importWithin)
	defer cancel()
	lang := d.lang()
	name, content, err := broughtFile(r, "")
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return s.drawRoll(ctx, w, r, d, http.StatusUnprocessableEntity, []problem{{"#file", locale.T(lang, "desk.file_too_large", "mb", maxDeskFile>>20)}})
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	slug, kept, f, err := s.rollOf(ctx, r)
	if err != nil {
		return err
	}
	yeses := kept.yeses()
	var evidence *signature.Evidence
	switch {
	case len(content) > 0:
		evidence = &signature.Evidence{Name: fileName(name), Bytes: content}
	case r.PostForm.Get("own") == "1":
		evidence = &signature.Evidence{Name: kept.Name, Bytes: kept.Bytes}
	default:
		for _, y := range yeses {
			if strings.TrimSpace(y.Note) == "" {
				return s.drawRoll(ctx, w, r, d, http.StatusUnprocessableEntity, []problem{{"#file", locale.T(lang, "desk.roll_no_proof")}})
			}
		}
	}
	if err := s.accounts.Note(ctx, d.person.ID, "signature.import", f.LetterID, slug, "", strconv.Itoa(len(yeses))); err != nil {
		return err
	}
	out, failed := s.signing.Given(ctx, s.store, slug, yeses, evidence, r.PostForm.Get("mail") == "1", false)
	if out == nil {
		return failed
	}
	left := keptRoll{Name: kept.Name, Channel: kept.Channel, Received: kept.Received, Bytes: kept.Bytes, LeftOver: true}
	left.List = &roll.List{Columns: append(append([]roll.Column(nil), kept.List.Columns...), ""), Heads: append(append([]string(nil), kept.List.Heads...), locale.T(lang, "desk.why_not"))}
	if kept.LeftOver { // it has that column already
		left.List.Columns, left.List.Heads = kept.List.Columns, kept.List.Heads
	}
	for i, o := range out {
		if o.Recorded {
			left.Recorded++
			continue
		}
		why := outcomeWords(lang, o)
		if why == "" {
			why = locale.T(lang, "desk.roll_stopped")
		}
		cells := make([]string, len(left.List.Heads))
		copy(cells, kept.List.Rows[i].Cells)
		cells[len(cells)-1] = why
		left.List.Rows = append(left.List.Rows, sheet.Row{Line: kept.List.Rows[i].Line, Cells: cells})
	}
	if failed != nil { // what was recorded is on disk; the rows not reached are left over
		s.log.Error("an import stopped half-way", "letter", slug, "recorded", left.Recorded, "error", failed)
	}
	where := deskLetterPath(slug) + "/signatories?done=recorded&n=" + strconv.Itoa(left.Recorded)
	keep := context.WithoutCancel(ctx)
	if len(left.List.Rows) > 0 {
		id, err := s.keepFile(keep, d, store.DeskRoll, f.LetterID, left)
		if err != nil {
			return err
		}
		where = deskLetterPath(slug) + "/import/" + id
	}
	if err := s.store.DropDeskFile(keep, f.ID); err != nil {
		return err
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}

// deskImportRejected hands the rows back that were not recorded.
func (s *Site) deskImportRejected(ctx context.Context, w http.ResponseWriter, r *http.Request, _ *desk) error {
	slug, kept, _, err := s.rollOf(ctx, r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8; header=present")
	h.Set("Content-Disposition", `attachment; filename="`+slug+`-rejected.csv"`)
	return sheet.WriteCSV(w, kept.List.Heads, func(put func([]string) error) error {
		for _, row := range kept.List.Rows {
			if err := put(row.Cells); err != nil {
				return err
			}
		}
		return nil
	})
}
