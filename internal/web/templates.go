package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"pliego/internal/locale"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templateSet is every template in one language.
type templateSet struct{ set *template.Template }

// parseTemplates reads the templates once, and binds them to each language.
func parseTemplates(a *assets) (map[string]*templateSet, error) {
	funcs := func(lang string) template.FuncMap {
		return template.FuncMap{
			"t":     func(key string, args ...any) string { return locale.T(lang, key, args...) },
			"act":   newDeskAct,
			"num":   func(n int64) string { return locale.Number(lang, n) },
			"asset": func(name string) (string, error) { return a.path(name) },
		}
	}
	parsed, err := template.New("").Funcs(funcs(locale.Fallback)).Option("missingkey=error").ParseFS(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the built-in templates: %w", err)
	}
	sets := make(map[string]*templateSet, len(locale.Languages))
	for _, lang := range locale.Languages {
		set, err := parsed.Clone()
		if err != nil {
			return nil, fmt.Errorf("bind the templates to %s: %w", lang, err)
		}
		sets[lang] = &templateSet{set.Funcs(funcs(lang))}
	}
	return sets, nil
}

func (a *assets) path(name string) (string, error) {
	if p, ok := a.paths[name]; ok {
		return p, nil
	}
	return "", fmt.Errorf("no asset %q", name)
}

// view is what a template draws: a page, and what is its own.
type view interface{ language() string }

// render draws a view with the template of that name.
func (s *Site) render(name string, v view) ([]byte, error) {
	var out bytes.Buffer
	if err := s.pages[v.language()].set.ExecuteTemplate(&out, name, v); err != nil {
		return nil, fmt.Errorf("draw page %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// draw answers with a page that is kept nowhere.
func (s *Site) draw(w http.ResponseWriter, status int, name string, v view) error {
	out, err := s.render(name, v)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", htmlType)
	h.Set("Content-Length", strconv.Itoa(len(out)))
	if h["Cache-Control"] == nil {
		h["Cache-Control"] = headerNoStore
	}
	w.WriteHeader(status)
	_, _ = w.Write(out) // a reader who went away is no fault of ours
	return nil
}

const htmlType = "text/html; charset=utf-8"

// sentence puts values into a message that holds placeholders for HTML, such
// as a link: words and plain values are escaped, template.HTML is not.
func sentence(lang, key string, args ...any) template.HTML {
	var out strings.Builder
	for _, piece := range locale.Pieces(lang, key, args...) {
		if html, ok := piece.Value.(template.HTML); ok {
			out.WriteString(string(html))
		} else {
			template.HTMLEscape(&out, []byte(piece.Text))
		}
	}
	return template.HTML(out.String())
}

// anchor is a link inside a sentence. The address must be of http, https or
// this site; anything else gives the label alone.
func anchor(href, label string) template.HTML {
	if !strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "https://") && !strings.HasPrefix(href, "http://") {
		return template.HTML(template.HTMLEscapeString(label))
	}
	return template.HTML(`<a href="` + template.HTMLEscapeString(href) + `">` + template.HTMLEscapeString(label) + `</a>`)
}
