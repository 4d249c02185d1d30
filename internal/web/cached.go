package web

import (
	"context"
	"net/http"
)

// drawer draws one public page anew. It may be called for several readers at
// once, who then all get what it returns; so it reads nothing of the request
// but the path and what the page's key holds.
type drawer func(ctx context.Context, r *http.Request, lang string) (*drawn, error)

// cached serves a page that depends on its path alone.
func (s *Site) cached(draw drawer) handler {
	return func(w http.ResponseWriter, r *http.Request, lang string) error {
		return s.serveCached(w, r, lang, r.URL.Path, draw)
	}
}

// serveCached serves the page kept under key, or draws it: once, however many
// readers wait.
func (s *Site) serveCached(w http.ResponseWriter, r *http.Request, lang, key string, draw drawer) error {
	if d := s.cache.get(key, &s.versions, s.now()); d != nil {
		return s.serveDrawn(w, r, d)
	}
	shared, err, _ := s.drawing.Do(key, func() (any, error) {
		// The reader who came first may leave; the others still wait.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), waitMost)
		defer cancel()
		d, err := draw(ctx, r, lang)
		if err != nil {
			return nil, err
		}
		s.cache.put(key, d)
		return d, nil
	})
	if err != nil {
		return err
	}
	return s.serveDrawn(w, r, shared.(*drawn))
}

func (s *Site) serveDrawn(w http.ResponseWriter, r *http.Request, d *drawn) error {
	if d.hole != nil {
		return d.serveFilled(w, r, s.now())
	}
	d.serve(w, r)
	return nil
}
