package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

// apiSign takes a signature as JSON, with the names of the sign form, and
// answers 202: it is on disk, and counts once it is confirmed from the mail.
// The language of the mail is "lang", or what Accept-Language prefers.
func (s *Site) apiSign(w http.ResponseWriter, r *http.Request, _ string) error {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	w.(*recorder).lang = lang
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(media), "application/json") {
		s.serveAPIError(w, answer{status: http.StatusUnsupportedMediaType, code: "content-type"}, locale.T(lang, "api.content_type"), nil)
		return nil
	}
	var body struct {
		signature.Form
		Consent json.RawMessage `json:"consent"` // 1, "1" or true
		Lang    string          `json:"lang"`
	}
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&body)
	if err == nil {
		if _, more := decoder.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something follows the object")
		}
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	if err != nil {
		s.serveAPIError(w, answer{status: http.StatusBadRequest, code: "json"}, locale.T(lang, "api.json", "fault", jsonFault(err)), nil)
		return nil
	}
	switch string(body.Consent) {
	case `1`, `"1"`, `true`:
		body.Form.Consent = "1"
	}
	if locale.Known(body.Lang) {
		lang = body.Lang
	}
	ctx, cancel := within(r)
	defer cancel()
	body.Form.Network = s.network(r)
	signed, err := s.signing.Sign(ctx, r.PathValue("letter"), lang, body.Form)
	var problems signature.Problems
	if errors.As(err, &problems) {
		byField := map[string]string{}
		for _, p := range problems {
			byField[p.Field] = problemText(lang, p.Field, p.Code)
		}
		s.serveAPIError(w, answer{status: http.StatusUnprocessableEntity, code: "form"},
			locale.T(lang, "form.problems", "n", len(problems)), byField)
		return nil
	}
	if err != nil {
		return err
	}
	return s.writeJSON(w, http.StatusAccepted, map[string]string{
		"status": "unconfirmed",
		"detail": locale.T(lang, "sent.until"),
		"next":   s.base + letterPath(lang, signed.Letter) + "/sent/" + signed.WaitToken,
	})
}

// jsonFault says where JSON is broken, without repeating what it holds.
func jsonFault(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("byte %d", syntax.Offset)
	case errors.As(err, &kind):
		return strings.TrimPrefix(kind.Field, "Form.")
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return "unknown field"
	}
	return "JSON"
}

// serveAPIError answers with an error: a code for programs, a sentence for
// people, and what is wrong with each field.
func (s *Site) serveAPIError(w http.ResponseWriter, a answer, message string, byField map[string]string) {
	body := map[string]any{"code": a.code, "message": message}
	if byField != nil {
		body["fields"] = byField
	}
	if err := s.writeJSON(w, a.status, map[string]any{"error": body}); err != nil {
		http.Error(w, message, a.status)
	}
}

func (s *Site) writeJSON(w http.ResponseWriter, status int, value any) error {
	out, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", jsonType)
	h["Cache-Control"] = headerNoStore
	w.WriteHeader(status)
	_, _ = w.Write(append(out, '\n')) // a client who went away is no fault of ours
	return nil
}
