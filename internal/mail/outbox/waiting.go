package outbox

import (
	"context"
	"slices"

	"pliego/internal/letter"
	"pliego/internal/mail"
	"pliego/internal/signature"
)

// waiting writes to a signer whose signature waits: for a person, or only for
// the end of a pause.
func (w *Worker) waiting(ctx context.Context, s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.State != signature.Waiting {
		return nil, errNeedless
	}
	doubts, _, err := w.Signing.Why(ctx, s)
	if err != nil {
		return nil, err
	}
	suspected := slices.ContainsFunc(doubts, func(d signature.Doubt) bool { return d.Rule != signature.RulePaused })
	ownURL, err := w.ownURL(s, lang)
	if err != nil {
		return nil, err
	}
	text, _ := l.Text(lang)
	return mail.Waiting(mail.WaitingData{
		Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name, Contact: w.Contact,
		Paused: len(doubts) > 0 && !suspected, OwnURL: ownURL, LetterURL: w.BaseURL + "/" + lang + "/letters/" + l.Ref(),
	}, lang)
}
