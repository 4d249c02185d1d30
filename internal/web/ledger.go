package web

import (
	"errors"
	"net/http"
)

var errNoCheckpoint = errors.New("the log has no checkpoint yet")

// checkpoint serves the newest signed checkpoint of the log.
func (s *Site) checkpoint(w http.ResponseWriter, r *http.Request, _ string) error {
	ctx, cancel := within(r)
	defer cancel()
	size, note, err := s.store.LatestCheckpoint(ctx)
	if err != nil {
		return err
	}
	if size < 0 {
		return errNoCheckpoint
	}
	return writeText(w, r, note)
}

// ledgerKey serves the log's verifier key, one line.
func (s *Site) ledgerKey(w http.ResponseWriter, r *http.Request, _ string) error {
	return writeText(w, r, []byte(s.verifier+"\n"))
}

func writeText(w http.ResponseWriter, r *http.Request, text []byte) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Access-Control-Allow-Origin", "*")
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text) // a reader who went away is no fault of ours
	}
	return nil
}
