package outbox

import (
	"context"

	"pliego/internal/letter"
	"pliego/internal/mail"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// refused writes to a signer whose signature a person decided not to list.
func (w *Worker) refused(ctx context.Context, s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.State != signature.Refused {
		return nil, errNeedless
	}
	doubts, note, err := w.Signing.Why(ctx, s)
	if err != nil {
		return nil, err
	}
	ownURL, err := w.ownURL(s, lang)
	if err != nil {
		return nil, err
	}
	text, _ := l.Text(lang)
	d := mail.RefusedData{
		Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name, Note: note,
		Contact: w.Contact, OwnURL: ownURL, LetterURL: w.BaseURL + "/" + lang + "/letters/" + l.Ref(),
	}
	for _, doubt := range doubts {
		d.Why = append(d.Why, review.Words(lang, doubt.Rule))
	}
	return mail.Refused(d, lang)
}
