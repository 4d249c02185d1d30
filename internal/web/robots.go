package web

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"

	"pliego/internal/locale"
)

// robots tells search engines where they may go.
func (s *Site) robots(_ context.Context, _ *http.Request, _ string) (*drawn, error) {
	text := "User-agent: *\nDisallow: /desk/\n"
	for _, lang := range locale.Languages {
		text += "Disallow: /" + lang + "/confirm/\nDisallow: /" + lang + "/signature/\nDisallow: /" + lang + "/invitation/\n"
	}
	text += "\nSitemap: " + s.base + "/sitemap.xml\n"
	return newDrawn("", 0, s.now(), "text/plain; charset=utf-8", []byte(text))
}

type sitemapFile struct {
	XMLName xml.Name     `xml:"urlset"`
	Space   string       `xml:"xmlns,attr"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc   string        `xml:"loc"`
	Links []sitemapLink `xml:"xhtml:link"`
}

type sitemapLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// maxSitemap bounds the addresses of one sitemap (sitemaps.org: 50,000).
const maxSitemap = 50_000

// sitemap lists every public page in every language.
func (s *Site) sitemap(ctx context.Context, _ *http.Request, _ string) (*drawn, error) {
	generation := s.versions.of("")
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	paths := []string{"/", "/privacy", "/sealed", "/recover", "/ledger", "/verify"}
	for _, l := range letters {
		base := "/letters/" + l.Slug
		paths = append(paths, base, base+"/signatories")
		if l.Delivered > 0 {
			paths = append(paths, base+"/delivery")
		}
		if l.Agenda > 0 {
			paths = append(paths, base+"/agenda")
		}
		if l.Editions > 0 {
			paths = append(paths, base+"/editions")
		}
		if len(l.Addressees) > 0 {
			paths = append(paths, base+"/addressees")
		}
		for _, a := range l.Addressees {
			paths = append(paths, base+"/addressees/"+a.Key)
		}
		if text, ok := l.Text(l.OriginalLang); ok {
			for _, ask := range text.Asks {
				paths = append(paths, base+"/asks/"+ask.Key)
			}
		}
		if l.SignableAt(s.now()) == nil {
			paths = append(paths, base+"/sign")
		}
	}
	file := sitemapFile{Space: "http://www.sitemaps.org/schemas/sitemap/0.9", XHTML: "http://www.w3.org/1999/xhtml"}
	for _, path := range paths {
		var links []sitemapLink
		for _, lang := range locale.Languages {
			links = append(links, sitemapLink{"alternate", lang, s.base + "/" + lang + path})
		}
		for _, lang := range locale.Languages {
			if len(file.URLs) < maxSitemap {
				file.URLs = append(file.URLs, sitemapURL{s.base + "/" + lang + path, links})
			}
		}
	}
	out, err := xml.MarshalIndent(file, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write the sitemap: %w", err)
	}
	return newDrawn("", generation, s.now(), "application/xml; charset=utf-8", append([]byte(xml.Header), out...))
}
