package web

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/url"
	"path"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pliego/internal/followup/edition"
	"pliego/internal/ledger/verify"
)

// An archive is read from disk: every link leads to a file in it, or to another
// site; and its record is checked like a bundle.
func TestArchiveIsReadFromDisk(t *testing.T) {
	h := onSQLite(t)
	h.withRecord()
	ctx := context.Background()
	l, err := h.db.LetterBySlug(ctx, printedLetter)
	h.must(err)
	e, err := edition.Make(ctx, h.db, l, edition.Choice{}, nil, h.clock.Now())
	h.must(err)
	h.must(h.db.AddEdition(ctx, l.ID, e, "command"))
	h.settle()
	h.must(h.seq.SignHead(ctx))
	h.must(h.site.Refresh(ctx))
	var b bytes.Buffer
	told := 0
	h.must(h.site.WriteArchive(ctx, &b, func(written, _ int) { told = written }))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	h.must(err)
	files := map[string][]byte{}
	for _, f := range z.File {
		if files[f.Name] != nil {
			t.Errorf("%s is there twice", f.Name)
		}
		r, err := f.Open()
		h.must(err)
		files[f.Name], err = io.ReadAll(r)
		h.must(err)
	}
	if told == 0 || told > len(files) {
		t.Errorf("progress told of %d files of %d", told, len(files))
	}
	base := "es/letters/" + printedLetter
	for _, want := range []string{"index.html", "fr/index.html", base + ".html", base + "/letter.pdf", base + "/follow-up.html", base + "/follow-up~2014-12-31.html",
		base + "/follow-up/ury/first-ask.html", base + "/editions/1.html", base + "/editions/1.pdf", "ledger/checkpoint"} {
		if len(files[want]) == 0 {
			t.Errorf("the archive lacks %s", want)
		}
	}
	for name, content := range files {
		if strings.HasPrefix(name, "desk") || strings.HasSuffix(name, "/sign.html") {
			t.Errorf("%s is in the archive", name)
		}
		if path.Ext(name) == ".html" {
			for _, to := range linksOf(t, content) {
				u, err := url.Parse(to)
				h.must(err)
				if u.IsAbs() || u.Path == "" {
					continue
				}
				if strings.HasPrefix(to, "/") || files[path.Join(path.Dir(name), u.Path)] == nil {
					t.Errorf("%s leads to %s, which is not in the archive", name, to)
				}
			}
		}
	}
	record, err := verify.Bundle(bytes.NewReader(b.Bytes()), int64(b.Len()), len(files))
	h.must(err)
	if report, err := verify.Check(ctx, verify.Config{Files: record, Key: h.seq.Key.Verifier(), Now: h.clock.Now}); err != nil || len(report.Doubts) > 0 {
		t.Errorf("the record in the archive: %v, %+v", err, report)
	}
}

func linksOf(t *testing.T, page []byte) (links []string) {
	t.Helper()
	z := html.NewTokenizer(bytes.NewReader(page))
	for z.Next() != html.ErrorToken {
		for _, x := range z.Token().Attr {
			if x.Key == "href" || x.Key == "src" {
				links = append(links, x.Val)
			}
		}
	}
	return links
}
