package web

import (
	"io"
	"net/http"
)

// healthz says that the program answers.
func (s *Site) healthz(w http.ResponseWriter, r *http.Request, _ string) error {
	return plainText(w, "ok\n")
}

// readyz says that the store can be read as well.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	if _, err := s.store.Versions(ctx); err != nil {
		w.Header().Set("Retry-After", "2")
		w.Header()["Cache-Control"] = headerNoStore
		w.(*recorder).err = err
		http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
		return nil
	}
	return plainText(w, "ready\n")
}

func plainText(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header()["Cache-Control"] = headerNoStore
	_, _ = io.WriteString(w, text) // a reader who went away is no fault of ours
	return nil
}
