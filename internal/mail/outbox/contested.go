package outbox

import (
	"context"
	"errors"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/mail"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// contested tells a signer that the signature was set aside.
func (w *Worker) contested(ctx context.Context, s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.State != signature.Contested {
		return nil, errNeedless
	}
	doubts, _, err := w.Signing.Why(ctx, s)
	if err != nil {
		return nil, err
	}
	d := mail.ContestedData{Contact: w.Contact}
	if d.OwnPageData, err = w.ownPage(s, l, lang); err != nil {
		return nil, err
	}
	for _, doubt := range doubts {
		d.Why = append(d.Why, review.Words(lang, doubt.Rule))
	}
	return mail.Contested(d, lang)
}

// restored tells a signer that the signature stands again.
func (w *Worker) restored(s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.State != signature.Standing {
		return nil, errNeedless
	}
	d, err := w.ownPage(s, l, lang)
	if err != nil {
		return nil, err
	}
	return mail.Restored(d, lang)
}

// writeNotice writes to the public address of the organisation in whose name a
// signature is.
func (w *Worker) writeNotice(ctx context.Context, kind signature.MailKind, s *signature.Signature) (*mail.Message, error) {
	if s.Sealed() || s.State != signature.Standing {
		return nil, errNeedless
	}
	if _, err := w.Store.NoticeOf(ctx, s.ID); errors.Is(err, signature.ErrNoNotice) {
		return nil, errNeedless
	} else if err != nil {
		return nil, err
	}
	address, err := w.Signing.NoticeAddress(ctx, s)
	if err != nil {
		return nil, err
	}
	if address == "" {
		return nil, errNeedless
	}
	l, err := w.Store.LetterByID(ctx, s.LetterID)
	if err != nil {
		return nil, err
	}
	token, err := w.Signing.NoticeToken(s)
	if err != nil {
		return nil, err
	}
	text, _ := l.Text(s.Lang)
	d := mail.NoticeData{
		Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name, SignedOn: locale.Date(s.Lang, s.SignedAt), Contact: w.Contact,
		NoticeURL: w.BaseURL + "/" + s.Lang + "/notice/" + token, LetterURL: w.BaseURL + "/" + s.Lang + "/letters/" + l.Slug,
	}
	write := mail.Notice
	if kind == signature.MailNoticeDecided {
		write = mail.NoticeDecided
	}
	msg, err := write(d, s.Lang)
	if err != nil {
		return nil, err
	}
	msg.To = address
	return msg, nil
}
