package typeset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestPDFHasTheWholeLetterInOrder(t *testing.T) {
	l := sample(t)
	pdf, warnings := setPDF(t, l)
	if len(warnings) != 0 {
		t.Errorf("warnings: %v", warnings)
	}
	parts := []string{l.DateLine, l.Occasion, l.Title, l.Labels.To, l.AddressedTo[0], "The original stands at wola.org",
		"Fifty-two organisations ask the region’s", "begun in Antigua in June", l.Labels.Asks}
	for _, a := range l.Asks {
		parts = append(parts, fmt.Sprint(a.Number), a.Title, a.Text[0].Runs[0].Text[:24])
	}
	parts = append(parts, "Ministers should carry on", l.Labels.Signatories, l.SignatoriesNote)
	for _, s := range l.Signatories {
		parts = append(parts, fmt.Sprint(s.Number), s.Name)
		if s.Acronym != "" {
			parts = append(parts, "("+s.Acronym+")")
		}
		parts = append(parts, s.Country)
	}
	parts = append(parts, l.Labels.Address, l.URL, l.Labels.Hash, l.TextHash)
	inOrder(t, unfooted(words(t, pdf), l), parts...)
}

func TestPDFMetadata(t *testing.T) {
	l := sample(t)
	l.Lang, l.TextLang = "en", "pt-BR"
	l.Title = "Carta «às ministras» & aos ministros (não é só uma) \\ fim"
	pdf, _ := setPDF(t, l)
	info := poppler(t, pdf, "pdfinfo", "-isodates", "FILE")
	for _, want := range []string{l.Title, "A4", "2013-11-19T12:00:00"} {
		if !strings.Contains(info, want) {
			t.Errorf("pdfinfo lacks %q:\n%s", want, info)
		}
	}
	if !bytes.Contains(pdf, []byte("/Lang (pt-BR)")) {
		t.Error("the catalogue does not name the text's language")
	}
	if meta := poppler(t, pdf, "pdfinfo", "-meta", "FILE"); !strings.Contains(meta, "&amp; aos ministros") ||
		!strings.Contains(meta, "<rdf:li>pt-BR</rdf:li>") {
		t.Errorf("XMP metadata lack title or language:\n%s", meta)
	}
}

func TestPDFEmbedsEveryFont(t *testing.T) {
	l := sample(t)
	l.Intro = md(t, "plain *italic* **bold** ***both***")
	pdf, _ := setPDF(t, l)
	lines := strings.Split(strings.TrimSpace(poppler(t, pdf, "pdffonts", "FILE")), "\n")[2:]
	if len(lines) != int(faceCount) {
		t.Errorf("%d fonts, want %d:\n%s", len(lines), faceCount, strings.Join(lines, "\n"))
	}
	for _, line := range lines {
		if !regexp.MustCompile(`^utf8source\S+ +CID TrueType +Identity-H +yes +\S+ +yes `).MatchString(line) {
			t.Errorf("font is not embedded with a way back to text: %s", line)
		}
	}
	// All of the families' files are over 2 MB; only the glyphs used may be in the PDF.
	if len(pdf) > 150_000 {
		t.Errorf("a letter of three pages takes %d bytes", len(pdf))
	}
}

func TestPDFOutlineAndLinks(t *testing.T) {
	l := sample(t)
	l.Intro = append(l.Intro, md(t, "## A heading of the text\n\n[mail](mailto:a@example.org) [bad](javascript:alert%281%29) [file](file:///etc/passwd)")...)
	pdf, _ := setPDF(t, l)
	xml := poppler(t, pdf, "pdftohtml", "-xml", "-i", "-stdout", "FILE")
	_, outline, ok := strings.Cut(xml, "<outline>")
	if !ok {
		t.Fatal("no outline")
	}
	inOrder(t, outline, l.Title, "A heading of the text", l.Labels.Asks, "1. "+l.Asks[0].Title, "5. "+l.Asks[4].Title, l.Labels.Signatories)
	urls := poppler(t, pdf, "pdfinfo", "-url", "FILE")
	for _, want := range []string{l.URL, "mailto:a@example.org", "https://www.wola.org/analysis/"} {
		if !strings.Contains(urls, want) {
			t.Errorf("no link to %s in:\n%s", want, urls)
		}
	}
	for _, never := range []string{"javascript", "file:"} {
		if strings.Contains(urls, never) {
			t.Errorf("a link leads to %s", never)
		}
	}
}

func TestPDFPageNumbers(t *testing.T) {
	l := sample(t)
	l.Labels.Page = "página {page} de {pages}"
	pdf, _ := setPDF(t, l)
	n := pages(t, pdf)
	text := words(t, pdf)
	for _, want := range []string{"página 1 de " + n, "página " + n + " de " + n} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestPDFIsReproducible(t *testing.T) {
	l := sample(t)
	l.Signatories = many(t, 400)
	first, _ := setPDF(t, l)
	done := make(chan []byte)
	for range 4 {
		go func() {
			var b bytes.Buffer
			if _, err := PDF(context.Background(), &b, l); err != nil {
				t.Error(err)
			}
			done <- b.Bytes()
		}()
	}
	for range 4 {
		if !bytes.Equal(<-done, first) {
			t.Error("the same letter gave other bytes")
		}
	}
}

func TestPDFAccents(t *testing.T) {
	const all = "ÁÉÍÓÚÜÑ áéíóúüñ ¿¡ ªº ÂÊÔÃÕÀÇ âêôãõàç ÈËÎÏÙÛŸŒÆ èëîïùûÿœæ “”‘’«»‹›–—… € § n.º 1ª"
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		l := sample(t)
		l.Lang = lang
		l.Title, l.Intro, l.SignatoriesNote = all, md(t, all+"\n\n*"+all+"*\n\n**"+all+"**"), all
		// Letters and accents typed apart are the same letters.
		l.Signatories = []Signatory{{Number: 1, Name: "Ação Cidadã e Niñez"}}
		pdf, warnings := setPDF(t, l)
		if len(warnings) > 0 {
			t.Errorf("%s: %v", lang, warnings)
		}
		inOrder(t, words(t, pdf), all, all, all, all, all, "Ação Cidadã e Niñez")
	}
}

func TestPDFOtherScripts(t *testing.T) {
	for _, c := range []struct {
		name, latin   string
		printed       string
		script        string
		rightToLeft   bool
		wantedNothing bool
	}{
		{name: "Ένωση για τα Δικαιώματα", printed: "Ένωση για τα Δικαιώματα", wantedNothing: true},
		{name: "Громадська організація «Альянс»", printed: "Громадська організація «Альянс»", wantedNothing: true},
		{name: "Trung tâm Hỗ trợ Cộng đồng", printed: "Trung tâm Hỗ trợ Cộng đồng", wantedNothing: true},
		{name: "مركز حقوق", printed: "□□□□ □□□□", script: "Arabic", rightToLeft: true},
		{name: "עמותה", latin: "Amuta", printed: "Amuta", script: "Hebrew", rightToLeft: true},
		{name: "人权观察", printed: "□□□□", script: "Han"},
		{name: "Love 🌱", printed: "Love □", script: "Common"},
		{name: "bad \xff byte", printed: "bad □ byte", script: "Common"},
		// A direction override must not turn what follows it around.
		{name: "evil\u202egro.elpmaxe", printed: "evilgro.elpmaxe", wantedNothing: true},
	} {
		l := sample(t)
		l.Signatories = []Signatory{{Number: 17, Name: c.name, Latin: c.latin, Country: "Peru"}}
		pdf, warnings := setPDF(t, l)
		inOrder(t, words(t, pdf), "17 "+c.printed+" Peru")
		if c.wantedNothing {
			if len(warnings) != 0 {
				t.Errorf("%s: %v", c.name, warnings)
			}
			continue
		}
		if len(warnings) != 1 {
			t.Fatalf("%s: %d warnings", c.name, len(warnings))
		}
		w := warnings[0]
		if w.Where != "signatory 17" || w.Script != c.script || w.RightToLeft != c.rightToLeft || !strings.Contains(c.printed, w.Printed) {
			t.Errorf("%s: %+v", c.name, w)
		}
		if s := w.String(); !strings.Contains(s, "signatory 17") || !strings.Contains(s, c.script) {
			t.Errorf("%s: says %q", c.name, s)
		}
	}
}

func TestPDFWarningsAreBounded(t *testing.T) {
	l := sample(t)
	l.Signatories = many(t, MaxWarnings+50)
	for i := range l.Signatories {
		l.Signatories[i].Name = "人权"
	}
	_, warnings := setPDF(t, l)
	if len(warnings) != MaxWarnings+1 || warnings[MaxWarnings].More != 50 {
		t.Errorf("%d warnings, the last %+v", len(warnings), warnings[len(warnings)-1])
	}
}

func TestPDFLongLists(t *testing.T) {
	for _, n := range []int{1, 2, 3, 60, 500, 2000} {
		l := sample(t)
		l.Signatories = many(t, n)
		pdf, _ := setPDF(t, l)
		var parts []string
		for _, s := range l.Signatories {
			parts = append(parts, fmt.Sprintf("%d %s", s.Number, s.Name))
		}
		inOrder(t, unfooted(words(t, pdf), l), append(parts, l.URL)...)
	}
}

func TestPDFWithdrawn(t *testing.T) {
	l := sample(t)
	l.Signatories[3] = Signatory{Number: 4, Note: "withdrawn on 3 May 2027"}
	pdf, _ := setPDF(t, l)
	inOrder(t, words(t, pdf), "3 American Civil", "4 withdrawn on 3 May 2027 5 Asociación Costarricense")
}

func TestPDFAddressees(t *testing.T) {
	for _, n := range []int{0, 1, 5, 6, 16, 17, 34, 300} {
		l := sample(t)
		l.AddressedTo = nil
		for i := range n {
			l.AddressedTo = append(l.AddressedTo, fmt.Sprintf("Ministry of Public Security number %d", i+1))
		}
		pdf, _ := setPDF(t, l)
		inOrder(t, unfooted(words(t, pdf), l), append(append([]string{l.Title}, l.AddressedTo...), "Fifty-two")...)
	}
}

func TestPDFStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var b bytes.Buffer
	if _, err := PDF(ctx, &b, sample(t)); !errors.Is(err, context.Canceled) || b.Len() > 0 {
		t.Errorf("error %v after %d bytes", err, b.Len())
	}
	if err := DOCX(ctx, io.Discard, sample(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("DOCX: error %v", err)
	}
}

// broken is a place that takes no more bytes.
type broken struct{}

var errFull = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrorsAreReported(t *testing.T) {
	if _, err := PDF(context.Background(), broken{}, sample(t)); !errors.Is(err, errFull) {
		t.Errorf("PDF: %v", err)
	}
	if err := DOCX(context.Background(), broken{}, sample(t)); !errors.Is(err, errFull) {
		t.Errorf("DOCX: %v", err)
	}
}
