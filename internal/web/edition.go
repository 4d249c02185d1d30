package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"pliego/internal/chart"
	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/store"
	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

type editionsPage struct {
	page
	Letter   letterRef
	Editions []editionRow
}

type editionRow struct {
	Label, Href, When, Reason, Hash string
}

// editions lists the frozen reports on a letter.
func (s *Site) editions(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Editions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	p := editionsPage{page: s.newLetterPage(lang, l, "/editions", locale.T(lang, "editions.title", "title", text.Title), locale.T(lang, "editions.lead")), Letter: refTo(lang, l, text)}
	for _, e := range list {
		row := editionRow{Label: locale.T(lang, "editions.nth", "n", e.Number), Href: letterPath(lang, l) + "/editions/" + strconv.Itoa(e.Number), When: locale.Date(lang, e.MadeAt), Hash: e.Hash}
		if e.Issue > 1 {
			row.Reason = locale.T(lang, "edition.issue_says", "n", e.Issue, "reason", e.Reason)
		}
		p.Editions = append(p.Editions, row)
	}
	out, err := s.render("editions", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// editionFile tells the page of an edition from its files, whose names end it.
func (s *Site) editionFile(w http.ResponseWriter, r *http.Request, lang string) error {
	name := r.PathValue("edition")
	for _, file := range []struct {
		end    string
		handle handler
	}{{".pdf", s.editionPrint("pdf")}, {".docx", s.editionPrint("docx")}, {".csv", s.editionCSV}, {".json", s.editionJSON}} {
		if number, is := strings.CutSuffix(name, file.end); is {
			r.SetPathValue("edition", number)
			return file.handle(w, r, lang)
		}
	}
	return s.cached(s.edition)(w, r, lang)
}

// editionOf finds the newest issue of the edition that a path names.
func (s *Site) editionOf(ctx context.Context, r *http.Request, lang string) (l *letter.Letter, text letter.Text, e *edition.Edition, hash string, err error) {
	if l, text, err = s.letterAndText(ctx, r, lang); err != nil {
		return l, text, nil, "", err
	}
	number, err := strconv.Atoi(r.PathValue("edition"))
	if err != nil || number < 1 || strconv.Itoa(number) != r.PathValue("edition") {
		return l, text, nil, "", errNotFound
	}
	e, hash, err = s.store.Edition(ctx, l.ID, number)
	if errors.Is(err, edition.ErrNotFound) {
		err = errNotFound
	}
	return l, text, e, hash, err
}

type editionPage struct {
	page
	Heading     string
	Back        link
	Files       []link
	Report      *typeset.Report
	Sections    []typeset.Section // those on this page
	Governments []link
	Hash        string
}

// Wide is a chart of the report for large screens.
func (editionPage) Wide(c chart.Lines) (template.HTML, error) { return drawnAs(c, 720, 260) }

// Narrow is for phones.
func (editionPage) Narrow(c chart.Lines) (template.HTML, error) {
	return drawnAs(c, narrowWidth, 240)
}

func drawnAs(c chart.Lines, width, height float64) (template.HTML, error) {
	var b strings.Builder
	c.Width, c.Height = width, height
	err := c.Lay().SVG(&b, false)
	return template.HTML(b.String()), err // the drawing escapes what it is given
}

// SignID is the drawing of a sign.
func (editionPage) SignID(g typeset.Sign) string { return signIDs[g] }

var signIDs = map[typeset.Sign]string{
	typeset.SignDot: signOf(followup.NotAssessed), typeset.SignRing: signOf(followup.NoEvidenceFound), typeset.SignBar: signOf(followup.NotStarted),
	typeset.SignPart: signOf(followup.Limited), typeset.SignHalf: signOf(followup.Substantial), typeset.SignFull: signOf(followup.Complete),
	typeset.SignBack: signOf(followup.Reversed),
}

// edition is a frozen report as pages: what it found on one, and one for each
// government.
func (s *Site) edition(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, _, e, hash, err := s.editionOf(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	report := compose.Edition(e, lang, s.base, hash)
	rest := "/editions/" + strconv.Itoa(e.Number)
	base := letterPath(lang, l) + rest
	p := editionPage{Report: report, Hash: hash, Heading: report.Title}
	template, wanted := "edition", r.PathValue("addressee")
	p.Back = link{Href: letterPath(lang, l) + "/editions", Label: locale.T(lang, "editions.heading")}
	for _, section := range report.Sections {
		key, government := strings.CutPrefix(section.ID, compose.OfficeSection)
		if government {
			p.Governments = append(p.Governments, link{Href: base + "/" + key, Label: section.Title, Current: key == wanted})
		}
		if government && key == wanted {
			template, rest = "edition_office", rest+"/"+key
			p.Heading, p.Back = section.Title, link{Href: base, Label: report.Kicker}
			p.Sections = []typeset.Section{section}
		}
		if wanted == "" && !government {
			p.Sections = append(p.Sections, section)
		}
	}
	if wanted != "" && template == "edition" {
		return nil, errNotFound
	}
	p.page = s.newLetterPage(lang, l, rest, p.Heading+" · "+report.Kicker, report.Kicker)
	p.Files = []link{{Href: base + ".pdf", Label: "PDF"}, {Href: base + ".docx", Label: "DOCX"}, {Href: base + ".csv", Label: "CSV"}, {Href: base + ".json", Label: locale.T(lang, "editions.data") + " (JSON)"}}
	out, err := s.render(template, &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// editionTypes are the formats that an edition is printed in.
var editionTypes = map[string]string{"pdf": pdfFormat.contentType, "docx": docxFormat.contentType}

// editionPrint serves an edition as a file. What was set first is kept: an
// edition's file never changes.
func (s *Site) editionPrint(format string) handler {
	return func(w http.ResponseWriter, r *http.Request, lang string) error {
		ctx, cancel := context.WithTimeout(r.Context(), setMost)
		defer cancel()
		l, _, e, hash, err := s.editionOf(ctx, r, lang)
		if err != nil {
			return err
		}
		file, err := s.store.EditionFileOf(ctx, l.ID, e.Number, e.Issue, lang, format)
		if errors.Is(err, edition.ErrNotFound) {
			shared, setErr, _ := s.drawing.Do(r.URL.Path, func() (any, error) {
				return s.setEdition(context.WithoutCancel(ctx), l, e, hash, lang, format)
			})
			if err = setErr; err == nil {
				file = shared.(store.EditionFile)
			}
		}
		if err != nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Type", editionTypes[format])
		h.Set("Content-Disposition", `inline; filename="`+l.Slug+"-edition-"+strconv.Itoa(e.Number)+"-"+lang+"."+format+`"`)
		etag := `"` + file.Hash[:24] + `"`
		h["Cache-Control"] = revalidate
		if !l.State.Public() {
			h["Cache-Control"] = headerNoStore
		}
		h.Set("Etag", etag)
		if match := r.Header["If-None-Match"]; match != nil && etagMatches(match, etag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
		h.Set("Content-Length", strconv.Itoa(len(file.Body)))
		w.WriteHeader(http.StatusOK)
		if r.Method != http.MethodHead {
			_, _ = w.Write(file.Body) // a reader who went away is no fault of ours
		}
		return nil
	}
}

// setEdition sets an edition as a file and keeps it.
func (s *Site) setEdition(ctx context.Context, l *letter.Letter, e *edition.Edition, hash, lang, format string) (store.EditionFile, error) {
	var b bytes.Buffer
	report := compose.Edition(e, lang, s.base, hash)
	if format == "docx" {
		if err := typeset.ReportDOCX(ctx, &b, report); err != nil {
			return store.EditionFile{}, err
		}
	} else {
		warnings, err := typeset.ReportPDF(ctx, &b, report)
		if err != nil {
			return store.EditionFile{}, err
		}
		for _, w := range warnings {
			s.log.Warn("edition.pdf", "address", report.URL, "warning", w.String())
		}
	}
	sum := sha256.Sum256(b.Bytes())
	return s.store.KeepEditionFile(ctx, store.EditionFile{
		LetterID: l.ID, Number: e.Number, Issue: e.Issue, Lang: lang, Format: format, Hash: hex.EncodeToString(sum[:]), IssuedAt: s.now(), Body: b.Bytes(),
	})
}

// editionJSON is all that an edition says, as it is kept and hashed.
func (s *Site) editionJSON(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	_, _, e, hash, err := s.editionOf(ctx, r, lang)
	if err != nil {
		return err
	}
	body, err := e.Body()
	if err != nil {
		return err
	}
	h := w.Header()
	h["Cache-Control"] = revalidate
	h.Set("Content-Type", "application/json")
	h.Set("X-Content-SHA256", hash)
	_, err = w.Write(body)
	return err
}

// editionCSV is an edition's matrix as a file, in the columns of the living one.
func (s *Site) editionCSV(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	l, _, e, _, err := s.editionOf(ctx, r, lang)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Cache-Control"] = revalidate
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+l.Slug+`-edition-`+strconv.Itoa(e.Number)+`.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write(matrixHeads); err != nil {
		return err
	}
	outcomes := e.Verdicts()
	cells := e.Cells()
	for _, o := range e.Offices {
		for _, a := range e.Asks {
			at := followup.Cell{Addressee: o.Key, Ask: a.Key}
			row := matrixRowOf(at, cells[at], outcomes)
			row.URL = s.base + letterPath(lang, l) + "/follow-up/" + o.Key + "/" + a.Key + "?on=" + e.On
			if err := out.Write(row.cells()); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}
