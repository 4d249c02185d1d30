package web

import (
	"bytes"
	"context"
	"net/http"
	"strconv"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

// asWritten is a letter with the texts as they are written now, published or not.
func (s *Site) asWritten(ctx context.Context, r *http.Request) (*letter.Letter, letter.Text, error) {
	l, x, _, err := s.textStanding(ctx, r)
	if err != nil {
		return nil, letter.Text{}, err
	}
	t, ok := x.Newest()
	if !ok {
		return nil, letter.Text{}, errNotFound
	}
	t.Lang, t.Hash = x.Lang, t.ContentHash()
	l.Texts = []letter.Text{t}
	return l, t, nil
}

// deskPreview shows a text as readers will see it.
func (s *Site) deskPreview(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	l, t, err := s.asWritten(ctx, r)
	if err != nil {
		return err
	}
	p, err := s.newLetterView(ctx, t.Lang, l, t)
	if err != nil {
		return err
	}
	frame := s.newDeskPage(d, "/desk/", t.Title)
	frame.Lang = t.Lang // the page is drawn as its readers see it
	p.page = frame
	p.Preview = locale.T(d.lang(), "desk.preview_note")
	p.PreviewLang, p.PreviewBack, p.PreviewBackLabel = d.lang(), deskLetterPath(l.Slug)+"/text/"+t.Lang, locale.T(d.lang(), "desk.back_to_text")
	p.Print = deskLetterPath(l.Slug) + "/preview/" + t.Lang + "/letter"
	p.Prints, p.VersionsHref, p.Tally.SignHref, p.Tally.ListHref = "", "", "", ""
	return s.draw(w, http.StatusOK, "letter", p)
}

// deskPreviewPDF gives the same as a file, which is recorded nowhere.
func (s *Site) deskPreviewPDF(ctx context.Context, w http.ResponseWriter, r *http.Request, _ *desk) error {
	l, t, err := s.asWritten(ctx, r)
	if err != nil {
		return err
	}
	doc, err := compose.Letter(ctx, s.store, l, t.Lang, s.base)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if _, err := typeset.PDF(ctx, &out, doc); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+l.Slug+"-"+t.Lang+`.pdf"`)
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(out.Bytes()) // a reader who went away is no fault of ours
	return nil
}
