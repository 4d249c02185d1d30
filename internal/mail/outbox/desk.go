package outbox

import (
	"context"
	"errors"

	"pliego/internal/account"
	"pliego/internal/mail"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// writeDesk puts together a message to somebody who works at the desk.
func (w *Worker) writeDesk(ctx context.Context, m store.Mail) (*mail.Message, error) {
	p, err := w.Accounts.Store.PersonByID(ctx, m.Recipient)
	if errors.Is(err, account.ErrUnknown) {
		return nil, errNeedless
	}
	if err != nil {
		return nil, err
	}
	if !p.Active() || w.Now().After(p.LinkUntil) {
		return nil, errNeedless // the link was used, or lives no more
	}
	address, err := w.Accounts.AddressOf(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	token, err := w.Accounts.LinkToken(p)
	if err != nil {
		return nil, err
	}
	write := mail.Enter
	if m.Kind == signature.MailDeskInvitation {
		write = mail.Invitation
	}
	msg, err := write(w.BaseURL+"/desk/enter/"+token, p.Lang)
	if err != nil {
		return nil, err
	}
	msg.ID, msg.To = m.ID, address
	return msg, nil
}
