// Package outbox sends the mail that signatures cause. A row of the outbox
// holds no address and no words: the message is written anew from the signature
// and the vault each time it is tried, and its links are derived, so that it is
// the same message however often it is sent.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/mail"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
	"pliego/internal/store"
)

// Store is what the worker needs of the store.
type Store interface {
	signature.Store
	signature.InvitationStore
	TakeMail(ctx context.Context, now time.Time, lease time.Duration, limit int) ([]store.Mail, error)
	MailSent(ctx context.Context, m store.Mail) error
	MailDelayed(ctx context.Context, m store.Mail, due time.Time) error
	MailPutOff(ctx context.Context, m store.Mail, due time.Time) error
	MailFailed(ctx context.Context, m store.Mail, why string) error
}

// Worker sends what is due. Several processes may run one on the same store:
// each mail is taken under a lease, so it is sent at least once, and twice only
// when a process died, or the answer was lost, after handing it over.
type Worker struct {
	Store    Store
	Signing  *signature.Service
	Accounts *account.Service
	Sender   mail.Sender
	BaseURL  string // scheme and host of the links, without a slash at the end
	Contact  string // how to reach the coalition; "": by answering the message
	// Limit puts off what strangers cause by filling in forms; nil: nothing is.
	Limit *review.MailLimit
	// Pace keeps mail providers from being written to too fast; nil: as fast as
	// the server takes it.
	Pace *Pace
	// Busy tells whether people wait for the store; nil: never. Then mail goes out
	// one by one: a mail that comes a little later harms nobody, a form that is
	// refused does.
	Busy func() bool
	Log  *slog.Logger
	Now  func() time.Time
}

const (
	sendEvery = 500 * time.Millisecond
	batch     = 32                    // taken at once
	restBusy  = 40 * time.Millisecond // between two mails while people wait for the store
	inHand    = 64                    // taken and not yet sent, put off or given up
	lanes     = 10                    // mails under way to the server
	sendMost  = 3 * time.Minute       // for one message; each step with the server has its own bound
	lease     = 10 * time.Minute
	unwritten = 5 * time.Second // until a mail is tried again for which the store did not give what it says
)

// Run sends what is due until ctx ends. It takes more while mails are under
// way, so that one that hangs holds up no other.
func (w *Worker) Run(ctx context.Context) {
	tick := time.NewTicker(sendEvery)
	defer tick.Stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	hand, free := make(chan struct{}, inHand), make(chan struct{}, lanes)
	for ctx.Err() == nil {
		room := 0
		select {
		case hand <- struct{}{}:
			room = 1
		case <-ctx.Done():
			return
		}
		if w.Busy != nil && w.Busy() {
			select {
			case <-ctx.Done():
			case <-time.After(restBusy):
			}
		} else {
			for room < batch && len(hand) < cap(hand) {
				hand <- struct{}{} // nobody else fills it
				room++
			}
		}
		taken, err := w.Store.TakeMail(ctx, w.Now(), lease, room)
		for range room - len(taken) {
			<-hand
		}
		for _, m := range taken {
			wg.Go(func() {
				defer func() { <-hand }()
				w.report(ctx, w.one(ctx, m, free))
			})
		}
		w.report(ctx, err)
		if len(taken) < room {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
		}
	}
}

func (w *Worker) report(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		w.Log.Error("outbox", "error", err)
	}
}

// SendDue tries one batch of mails that are due and returns how many were
// taken. An error is the store's; a mail that could not be sent is none, it is
// put off or given up.
func (w *Worker) SendDue(ctx context.Context) (int, error) {
	taken, err := w.Store.TakeMail(ctx, w.Now(), lease, batch)
	if err != nil {
		return 0, err
	}
	var wg sync.WaitGroup
	free := make(chan struct{}, lanes)
	errs := make([]error, len(taken))
	for i, m := range taken {
		wg.Go(func() { errs[i] = w.one(ctx, m, free) })
	}
	wg.Wait()
	return len(taken), errors.Join(errs...)
}

// urgent tells whether somebody waits before a page for a mail.
func urgent(kind signature.MailKind) bool {
	return kind == signature.MailConfirm || kind == signature.MailDeskInvitation || kind == signature.MailDeskLink
}

// one sends one mail, when a lane is free, and records what became of it.
func (w *Worker) one(ctx context.Context, m store.Mail, free chan struct{}) error {
	msg, err := w.write(ctx, m)
	if errors.Is(err, errNeedless) {
		return w.Store.MailSent(ctx, m)
	}
	if mail.IsPermanent(err) { // it can never be written
		w.Log.Error("mail given up", "kind", m.Kind, "mail", m.ID, "error", err)
		return w.Store.MailFailed(ctx, m, err.Error())
	}
	if err != nil { // the process ends, or the store fails: it does not wait for the lease to run out
		soon := w.Now()
		if ctx.Err() == nil {
			soon = soon.Add(unwritten)
		}
		return errors.Join(fmt.Errorf("write mail %s (%s): %w", m.ID, m.Kind, err), w.Store.MailPutOff(context.WithoutCancel(ctx), m, soon))
	}
	later := false
	if w.Pace != nil {
		if wait := w.Pace.admit(msg.To, urgent(m.Kind)); wait > 0 {
			return w.Store.MailPutOff(ctx, m, w.Now().Add(wait))
		}
		defer func() { w.Pace.done(msg.To, later) }()
	}
	if wait := w.putOff(m, msg.To); wait > 0 {
		w.Log.Info("mail put off: enough for one mailbox today", "kind", m.Kind, "wait", wait)
		return w.Store.MailPutOff(ctx, m, w.Now().Add(wait))
	}
	sendCtx, cancel := context.WithTimeout(ctx, sendMost)
	defer cancel()
	select {
	case free <- struct{}{}:
	case <-sendCtx.Done(): // every lane hangs
		return w.Store.MailPutOff(context.WithoutCancel(ctx), m, w.Now())
	}
	err = w.Sender.Send(sendCtx, msg)
	<-free
	later = mail.IsLater(err)
	if status, refused := mail.AddressRefused(err); refused {
		if _, err := w.Signing.Returned(context.WithoutCancel(ctx), msg.ID, status); err != nil && !errors.Is(err, signature.ErrUnknown) && !errors.Is(err, signature.ErrReplaced) {
			return err
		}
	}
	// What became of it is recorded even while the process ends.
	keep := context.WithoutCancel(ctx)
	switch attempts := m.Attempts + 1; {
	case err == nil:
		w.Log.Info("mail", "kind", m.Kind, "attempts", attempts)
		return w.Store.MailSent(keep, m)
	case ctx.Err() != nil:
		return w.Store.MailDelayed(keep, store.Mail{ID: m.ID}, w.Now())
	case mail.IsPermanent(err) || attempts >= mail.MaxAttempts:
		w.Log.Warn("mail given up", "kind", m.Kind, "attempts", attempts, "error", err)
		return w.Store.MailFailed(keep, m, err.Error())
	default:
		wait := mail.Backoff(attempts)
		w.Log.Warn("mail put off", "kind", m.Kind, "attempts", attempts, "wait", wait, "error", err)
		return w.Store.MailDelayed(keep, m, w.Now().Add(wait))
	}
}

// putOff is how long a mail that a form caused has to wait because its mailbox
// got enough of them today. Trying again counts no further.
func (w *Worker) putOff(m store.Mail, to string) time.Duration {
	if w.Limit == nil || m.Attempts > 0 || (m.Kind != signature.MailConfirm && m.Kind != signature.MailAlready && m.Kind != signature.MailNotice) {
		return 0
	}
	return w.Limit.Wait(to)
}

// errNeedless says that a mail has lost its reason: the signature was confirmed
// meanwhile, or is gone.
var errNeedless = errors.New("the mail is not needed any more")

// write puts the message together.
func (w *Worker) write(ctx context.Context, m store.Mail) (*mail.Message, error) {
	if m.Kind == signature.MailDeskInvitation || m.Kind == signature.MailDeskLink {
		return w.writeDesk(ctx, m)
	}
	if m.Kind == signature.MailInvite || m.Kind == signature.MailRemind {
		return w.writeInvitation(ctx, m)
	}
	recipient, err := w.Store.SignatureByID(ctx, m.Recipient)
	if errors.Is(err, signature.ErrUnknown) {
		return nil, errNeedless
	}
	if err != nil {
		return nil, err
	}
	if m.Kind == signature.MailNotice || m.Kind == signature.MailNoticeDecided {
		msg, err := w.writeNotice(ctx, m.Kind, recipient)
		if err == nil {
			msg.ID = m.ID // a notice that comes back says nothing of the signer's address
		}
		return msg, err
	}
	if m.Kind == signature.MailConfirm && m.Attempts == 0 && w.Now().After(recipient.CreatedAt.Add(signature.ConfirmWithin)) {
		return nil, errNeedless // it was put off until its link expired
	}
	about := recipient
	if m.About != m.Recipient {
		if about, err = w.Store.SignatureByID(ctx, m.About); err != nil {
			return nil, err
		}
	}
	private, err := w.Signing.PrivateOf(ctx, m.Recipient)
	if errors.Is(err, signature.ErrUnknown) {
		return nil, errNeedless
	}
	if err != nil {
		return nil, err
	}
	l, err := w.Store.LetterByID(ctx, about.LetterID)
	if err != nil {
		return nil, err
	}
	if err := w.Signing.Lend(l); err != nil {
		return nil, err
	}
	var msg *mail.Message
	if m.Kind == signature.MailAlready && recipient.Kind == signature.Person && recipient.State == signature.Unconfirmed {
		msg, err = w.another(recipient, about, l)
	} else {
		msg, err = w.words(ctx, m.Kind, about, l, recipient.Lang)
	}
	if err != nil {
		return nil, err
	}
	msg.To = private.Email
	if msg.ID, err = w.Signing.MailID(m.ID, recipient); err != nil {
		return nil, err
	}
	return msg, nil
}

func (w *Worker) words(ctx context.Context, kind signature.MailKind, s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.Sealed() && kind != signature.MailConfirm {
		return nil, errNeedless // nobody writes to who is sealed
	}
	text, _ := l.Text(lang)
	letterURL := w.BaseURL + "/" + lang + "/letters/" + l.Ref()
	switch kind {
	case signature.MailConfirm:
		if s.State != signature.Unconfirmed {
			return nil, errNeedless
		}
		token, err := w.Signing.Vault.Token(signature.TokenConfirm, s.ID, s.Generation)
		if err != nil {
			return nil, err
		}
		code := w.Signing.Vault.Code(signature.TokenConfirm, s.ID, s.Generation)
		confirm := w.BaseURL + "/" + lang + "/confirm/" + token
		if s.Sealed() {
			return mail.Sealed(mail.SealedData{
				ConfirmURL: confirm, DenyURL: confirm + "/disown",
				Expires: locale.DateTime(lang, s.CreatedAt.Add(signature.ConfirmWithin)),
			}, lang)
		}
		return mail.Confirm(mail.ConfirmData{
			Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name,
			ConfirmURL: confirm, DenyURL: confirm + "/disown", Code: code[:3] + " " + code[3:],
			Expires: locale.DateTime(lang, s.CreatedAt.Add(signature.ConfirmWithin)), Paused: !l.PausedAt.IsZero(),
		}, lang)
	case signature.MailSigned:
		if s.State != signature.Standing {
			return nil, errNeedless
		}
		ownURL, err := w.ownURL(s, lang)
		if err != nil {
			return nil, err
		}
		d := mail.SignedData{Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name, OwnURL: ownURL, LetterURL: letterURL}
		if s.Number > 0 {
			d.Number = locale.Number(lang, s.Number)
		}
		return mail.Signed(d, lang)
	case signature.MailWaiting:
		return w.waiting(ctx, s, l, lang)
	case signature.MailRecorded:
		return w.recorded(s, l, lang)
	case signature.MailRevised:
		return w.revised(ctx, s, l, lang)
	case signature.MailRefused:
		return w.refused(ctx, s, l, lang)
	case signature.MailContested:
		return w.contested(ctx, s, l, lang)
	case signature.MailRestored:
		return w.restored(s, l, lang)
	case signature.MailAlready:
		switch s.State {
		case signature.Waiting:
			return w.waiting(ctx, s, l, lang)
		case signature.Refused:
			return w.refused(ctx, s, l, lang)
		}
		if s.State != signature.Standing {
			return nil, errNeedless
		}
		ownURL, err := w.ownURL(s, lang)
		if err != nil {
			return nil, err
		}
		return mail.AlreadySigned(mail.AlreadySignedData{
			Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name,
			SignedOn: locale.Date(lang, s.SignedAt), OwnURL: ownURL, LetterURL: letterURL,
		}, lang)
	case signature.MailWithdrawn:
		d := mail.WithdrawnData{Letter: text.Title, LetterLang: text.Lang, WithdrawnOn: locale.Date(lang, s.EndedAt), LetterURL: letterURL}
		if s.Number > 0 {
			d.Number = locale.Number(lang, s.Number)
		}
		return mail.Withdrawn(d, lang)
	}
	return nil, fmt.Errorf("no message is known for mail of kind %q", kind)
}

// another writes to an address with which a person has signed, about one who asks
// to sign with it now.
func (w *Worker) another(asks, signed *signature.Signature, l *letter.Letter) (*mail.Message, error) {
	if signed.State.Ended() {
		return nil, errNeedless
	}
	lang := asks.Lang
	text, _ := l.Text(lang)
	ownURL, err := w.ownURL(signed, lang)
	if err != nil {
		return nil, err
	}
	token, err := w.Signing.Vault.Token(signature.TokenConfirm, asks.ID, asks.Generation)
	if err != nil {
		return nil, err
	}
	return mail.Another(mail.AnotherData{
		Letter: text.Title, LetterLang: text.Lang, Signed: signed.Public.Name, SignedOn: locale.Date(lang, signed.SignedAt),
		Name: asks.Public.Name, OwnURL: ownURL, ConfirmURL: w.BaseURL + "/" + lang + "/confirm/" + token,
		Expires: locale.DateTime(lang, asks.CreatedAt.Add(signature.ConfirmWithin)), Paused: !l.PausedAt.IsZero(),
	}, lang)
}

func (w *Worker) recorded(s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	if s.State != signature.Standing {
		return nil, errNeedless
	}
	d, err := w.ownPage(s, l, lang)
	if err != nil {
		return nil, err
	}
	return mail.Recorded(d, lang)
}

func (w *Worker) revised(ctx context.Context, s *signature.Signature, l *letter.Letter, lang string) (*mail.Message, error) {
	view := signature.View{Signature: s, Letter: l}
	var err error
	if view.Text, err = w.Store.TextByID(ctx, s.TextID); err != nil {
		return nil, err
	}
	if _, newer := view.Newer(); !newer || s.State != signature.Standing {
		return nil, errNeedless // consented meanwhile, or gone
	}
	d, err := w.ownPage(s, l, lang)
	if err != nil {
		return nil, err
	}
	return mail.Revised(d, lang)
}

// ownPage is what a message says that leads a signer to their own page.
func (w *Worker) ownPage(s *signature.Signature, l *letter.Letter, lang string) (mail.OwnPageData, error) {
	text, _ := l.Text(lang)
	ownURL, err := w.ownURL(s, lang)
	return mail.OwnPageData{
		Letter: text.Title, LetterLang: text.Lang, Name: s.Public.Name,
		OwnURL: ownURL, LetterURL: w.BaseURL + "/" + lang + "/letters/" + l.Ref(),
	}, err
}

// ownURL is the address of the signer's own page.
func (w *Worker) ownURL(s *signature.Signature, lang string) (string, error) {
	token, err := w.Signing.OwnToken(s)
	return w.BaseURL + "/" + lang + "/signature/" + token, err
}
