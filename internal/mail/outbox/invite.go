package outbox

import (
	"context"
	"errors"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/mail"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// writeInvitation puts together a message to an organisation that is invited to
// sign. It is needless once there is an answer, or nothing to sign.
func (w *Worker) writeInvitation(ctx context.Context, m store.Mail) (*mail.Message, error) {
	i, err := w.Store.InvitationByID(ctx, m.Recipient)
	if errors.Is(err, signature.ErrUnknown) {
		return nil, errNeedless
	}
	if err != nil {
		return nil, err
	}
	l, err := w.Store.LetterByID(ctx, i.LetterID)
	if err != nil {
		return nil, err
	}
	if i.Answered() || l.SignableAt(w.Now()) != nil {
		return nil, errNeedless
	}
	private, err := w.Signing.InvitationPrivate(ctx, w.Store, i.ID)
	if err != nil {
		return nil, err
	}
	if private.Email == "" { // erased meanwhile
		return nil, errNeedless
	}
	token, err := w.Signing.InvitationToken(i)
	if err != nil {
		return nil, err
	}
	text, _ := l.Text(i.Lang)
	d := mail.InviteData{
		Letter: text.Title, LetterLang: text.Lang, Name: i.Name, Contact: w.Contact,
		InvitationURL: w.BaseURL + "/" + i.Lang + "/invitation/" + token,
	}
	if !l.Deadline.IsZero() {
		d.Until = locale.DateTime(i.Lang, l.Deadline)
	}
	if l.State == letter.Circulating && !l.OpensAt.IsZero() {
		d.Embargo = locale.DateTime(i.Lang, l.OpensAt)
	}
	write := mail.Invite
	if m.Kind == signature.MailRemind {
		write = mail.Remind
	}
	msg, err := write(d, i.Lang)
	if err != nil {
		return nil, err
	}
	msg.ID, msg.To = m.ID, private.Email
	return msg, nil
}
