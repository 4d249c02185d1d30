package signature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

// An invitation asks one organisation to sign one letter. Its link is personal:
// a derived token, stored nowhere. What became of it is known by what somebody
// pressed, never by a page that was opened: mail scanners open links too. A
// sealed signature is not noted on the invitation that led to it, for the
// invitation names who was asked.

// Errors of invitations.
var (
	ErrInvitedAlready = errors.New("this organisation, or this address, is invited to the letter already")
	ErrNotSent        = errors.New("the letter is a draft: nobody can be invited to it yet")
)

// InvitationState is where an invitation stands.
type InvitationState string

// The states of an invitation, in the order in which they come.
const (
	InvitationMade     InvitationState = "invited"
	InvitationOpened   InvitationState = "opened"   // somebody pressed the button that leads to the letter
	InvitationAwaiting InvitationState = "awaiting" // their board, or their assembly
	InvitationYes      InvitationState = "yes"
	InvitationNo       InvitationState = "no"
)

// InvitationStates are all of them.
var InvitationStates = []InvitationState{InvitationMade, InvitationOpened, InvitationAwaiting, InvitationYes, InvitationNo}

// Invitation is one, without what the vault keeps.
type Invitation struct {
	ID          string // UUIDv7
	LetterID    string
	Name        string // of the organisation
	Country     string // ISO 3166-1 alpha-2, or ""
	Lang        string
	State       InvitationState
	Generation  int
	SignatureID string // of the signature that it led to, or ""
	Signed      bool   // that signature, or one from the same address, stands or waits for a person
	Reachable   bool   // the vault holds an address
	CreatedAt   time.Time
	SentAt      time.Time // when a mail was last handed to the outbox; zero for never
	Mails       int
	AnsweredAt  time.Time
}

// Now is where the invitation stands, a signature counted.
func (i *Invitation) Now() InvitationState {
	if i.Signed {
		return InvitationYes
	}
	return i.State
}

// Answered tells whether no reminder is needed.
func (i *Invitation) Answered() bool { return i.Now() == InvitationYes || i.Now() == InvitationNo }

// Guest is whom an invitation is for, as it is typed or stands in a list.
type Guest struct {
	Name, Country, Email, Contact, Lang string
}

// TokenInvitation is the purpose of an invitation's link.
const TokenInvitation = "invitation"

// Bounds of invitations.
const (
	MaxInvitations = 2000               // of one letter
	RemindAfter    = 3 * 24 * time.Hour // nobody is written to more often
)

// The kinds of mail that invitations cause; their recipient is the invitation.
const (
	MailInvite MailKind = "invite"
	MailRemind MailKind = "invite-reminder"
)

// InvitationStore is what invitations need of the store; it promises what Store
// does.
type InvitationStore interface {
	// AddInvitation stores one; ErrInvitedAlready when the name or the address is
	// taken on the letter.
	AddInvitation(ctx context.Context, i *Invitation, nameKey string, sealed, addressIndex []byte) error
	// InvitationByID fails with ErrUnknown.
	InvitationByID(ctx context.Context, id string) (*Invitation, error)
	// Invitations gives those of a letter, the first first.
	Invitations(ctx context.Context, letterID string) ([]*Invitation, error)
	// SealedInvitation is the vault's record of one; ErrUnknown when there is none.
	SealedInvitation(ctx context.Context, id string) ([]byte, error)
	// AnswerInvitation moves one to a state, unless it stands in one of those
	// not to be left.
	AnswerInvitation(ctx context.Context, id string, to InvitationState, not []InvitationState, at time.Time) error
	// LinkInvitation notes the signature that it led to.
	LinkInvitation(ctx context.Context, id, signatureID string) error
	// MailInvitation queues a mail and notes when; false when it was written to
	// after notSince, or cannot be.
	MailInvitation(ctx context.Context, id string, kind MailKind, at, notSince time.Time) (queued bool, err error)
	// DropInvitation takes one away that nobody has heard of yet; false otherwise.
	DropInvitation(ctx context.Context, id string) (gone bool, err error)
}

// Check says what is wrong with a guest; nil when all is in order.
func (g Guest) Check() Problems {
	y := Yes{Form: Form{Kind: string(Organisation), Name: g.Name, Country: g.Country, Email: g.Email, SignerName: g.Contact}, Lang: g.Lang, Channel: "other"}
	y.Form = y.Form.Normalise()
	return y.Check()
}

// Invite stores an invitation. Nothing is sent yet.
func (s *Service) Invite(ctx context.Context, in InvitationStore, l *letter.Letter, g Guest) (*Invitation, error) {
	if ps := g.Check(); len(ps) > 0 {
		return nil, ps
	}
	f := Form{Kind: string(Organisation), Name: g.Name, Country: g.Country, Email: g.Email, SignerName: g.Contact}.Normalise()
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("make an invitation's id: %w", err)
	}
	i := &Invitation{
		ID: id.String(), LetterID: l.ID, Name: f.Name, Country: f.public().Country, Lang: g.Lang, State: InvitationMade, Generation: 1,
		Reachable: f.Email != "", CreatedAt: s.Now(),
	}
	if !slices.Contains(locale.Languages, i.Lang) {
		i.Lang = l.OriginalLang
	}
	var sealed, index []byte
	if f.Email != "" || f.SignerName != "" {
		b, err := json.Marshal(Private{Email: f.Email, SignerName: f.SignerName})
		if err != nil {
			return nil, fmt.Errorf("write an invitation: %w", err)
		}
		sealed = s.Vault.Seal(i.ID, b)
	}
	if f.Email != "" {
		index = s.addressIndex(l.ID, Organisation, f.Email)
	}
	return i, in.AddInvitation(ctx, i, nameKey(i.Name, i.Country), sealed, index)
}

// InvitationPrivate gives what the vault keeps of an invitation; nothing when it was erased.
func (s *Service) InvitationPrivate(ctx context.Context, in InvitationStore, id string) (p Private, err error) {
	sealed, err := in.SealedInvitation(ctx, id)
	if errors.Is(err, ErrUnknown) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	b, err := s.Vault.Open(id, sealed)
	if err != nil {
		return p, fmt.Errorf("invitation %s: %w", id, err)
	}
	return p, json.Unmarshal(b, &p)
}

// SendInvitation queues the mail of an invitation, or a reminder when one was
// sent; false when it is too soon, was answered, or there is no address.
func (s *Service) SendInvitation(ctx context.Context, in InvitationStore, l *letter.Letter, i *Invitation) (bool, error) {
	if l.State == letter.Draft {
		return false, ErrNotSent
	}
	if err := l.SignableAt(s.Now()); err != nil {
		return false, err
	}
	if i.Answered() || !i.Reachable {
		return false, nil
	}
	kind := MailInvite
	if i.Mails > 0 {
		kind = MailRemind
	}
	return in.MailInvitation(ctx, i.ID, kind, s.Now(), s.Now().Add(-RemindAfter))
}

// InvitationByToken finds the invitation of a link and its letter; ErrUnknown
// when there is none.
func (s *Service) InvitationByToken(ctx context.Context, in InvitationStore, token string) (*Invitation, *letter.Letter, error) {
	id, generation, err := s.Vault.ParseToken(TokenInvitation, token)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	i, err := in.InvitationByID(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if i.Generation != generation {
		return nil, nil, ErrUnknown
	}
	l, err := s.Store.LetterByID(ctx, i.LetterID)
	if err != nil {
		return nil, nil, err
	}
	if l.State == letter.Draft {
		return nil, nil, ErrUnknown
	}
	return i, l, s.Lend(l)
}

// InvitationToken is the token of an invitation's link.
func (s *Service) InvitationToken(i *Invitation) (string, error) {
	return s.Vault.Token(TokenInvitation, i.ID, i.Generation)
}

// AnswerInvitation notes what was pressed. Having opened it takes no answer back.
func (s *Service) AnswerInvitation(ctx context.Context, in InvitationStore, id string, to InvitationState) error {
	var not []InvitationState
	if to == InvitationOpened {
		not = []InvitationState{InvitationAwaiting, InvitationYes, InvitationNo}
	}
	return in.AnswerInvitation(ctx, id, to, not, s.Now())
}

// CameByInvitation notes the signature that an invitation led to, if both are of
// one letter. A sealed one is noted nowhere.
func (s *Service) CameByInvitation(ctx context.Context, in InvitationStore, token, waitToken string) error {
	i, _, err := s.InvitationByToken(ctx, in, token)
	if errors.Is(err, ErrUnknown) {
		return nil // the form holds; the link does not
	}
	if err != nil {
		return err
	}
	id, _, err := s.Vault.ParseToken(TokenWait, waitToken)
	if err != nil {
		return err
	}
	sig, err := s.Store.SignatureByID(ctx, id)
	if err != nil {
		return err
	}
	if sig.Sealed() || sig.LetterID != i.LetterID {
		return nil
	}
	return in.LinkInvitation(ctx, i.ID, sig.ID)
}
