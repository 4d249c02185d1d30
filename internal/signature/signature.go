// Package signature is the consent of an organisation or a person to one Text:
// signing, confirming, correcting, withdrawing. It knows no SQL and no HTTP.
package signature

import (
	"context"
	"errors"
	"time"

	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/vault"
)

// Sentinel errors of this package; callers match them with errors.Is.
var (
	ErrUnknown      = errors.New("no such signature")     // also a link that is not ours
	ErrExpired      = errors.New("this link has expired") // confirmation only
	ErrReplaced     = errors.New("a newer link was sent") // its generation was raised
	ErrTaken        = errors.New("this address has signed this letter already")
	ErrWrongCode    = errors.New("this is not the code")
	ErrTooManyTries = errors.New("too many wrong codes; use the link in the message")
	ErrTooManyMails = errors.New("this message was sent as often as it may be")
	ErrWithdrawn    = errors.New("this signature was withdrawn")
	ErrUsed         = errors.New("this link has been used; the recovery phrase leads to the signature")
	ErrConfirmed    = errors.New("this signature is confirmed already")
)

// Kind is who signs.
type Kind string

// The kinds of signer.
const (
	Organisation Kind = "organisation"
	Person       Kind = "person"
)

// Basis is what a signature rests on; it is always shown.
type Basis string

// The bases.
const (
	Confirmed Basis = "confirmed" // by the signer, with a button or a code
	Given     Basis = "given"     // to the coordinator: an e-mail, a call, a paper list
	AsPrinted Basis = "printed"   // on a letter published elsewhere
)

// State is where a signature stands.
type State string

// The states.
const (
	Unconfirmed State = "unconfirmed"
	Waiting     State = "waiting"   // confirmed, and doubtful: a person decides
	Refused     State = "refused"   // by that person
	Standing    State = "standing"  // confirmed, given or as printed
	Contested   State = "contested" // stood, and is set aside until a person decides: neither shown nor counted
	Withdrawn   State = "withdrawn"
	Disowned    State = "disowned" // "I did not sign this"
)

// Confirmed tells whether the signer has confirmed it and has it still: it
// stands, waits, was refused, or is set aside.
func (s State) Confirmed() bool {
	return s == Standing || s == Waiting || s == Refused || s == Contested
}

// Ended tells whether the signature is over for good: nothing of it is kept but
// its gap.
func (s State) Ended() bool { return s == Withdrawn || s == Disowned }

// Signature is one consent, without personal data: what a page may show.
// Nothing of an unconfirmed, withdrawn or disowned one is shown but its gap; of a
// sealed one, its kind, its day and perhaps its country.
type Signature struct {
	ID            string // UUIDv7
	LetterID      string
	TextID        string
	TextHash      string
	Lang          string // the signer's language
	Kind          Kind
	Basis         Basis
	State         State
	Number        int64 // registration number; 0 until the sequencer gave it
	Visibility    Visibility
	PrintedNumber int64 // the number on the printed letter, or 0
	Convener      bool
	Public        Public
	Generation    int // of its tokens
	CodeTries     int
	MailsAsked    int
	CreatedAt     time.Time
	SignedAt      time.Time // when it was confirmed or recorded
	EndedAt       time.Time // when it was withdrawn or disowned
	SetAsideAt    time.Time // when it was set aside, while it is

	OrganisationID string    // its registry entry, or ""
	OwnDomain      bool      // its address is at the organisation's own domain
	ProvenAt       time.Time // when the code was found at the organisation's domain
	VouchedAt      time.Time // when a coordinator vouched for it
}

// Public are the fields that everybody sees, and that a signer may correct.
type Public struct {
	Name        string
	Acronym     string
	Country     string // ISO 3166-1 alpha-2 or ""
	Website     string
	Role        string // of a person, as printed
	Affiliation string // of a person, as printed
}

// Private is what the vault keeps about a signer.
type Private struct {
	Email      string `json:"email"`
	SignerName string `json:"signer_name,omitempty"` // who signed for an organisation
	SignerRole string `json:"signer_role,omitempty"`

	// Of a signature given to the coordinator: when, how, and what shows it.
	Received string `json:"received,omitempty"`
	Channel  string `json:"channel,omitempty"`
	Note     string `json:"note,omitempty"`
}

// MailKind is what a message in the outbox is for.
type MailKind string

// The kinds of mail.
const (
	MailConfirm   MailKind = "confirm"
	MailSigned    MailKind = "signed"
	MailWaiting   MailKind = "waiting"
	MailRecorded  MailKind = "recorded"
	MailRevised   MailKind = "revised"
	MailRefused   MailKind = "refused"
	MailAlready   MailKind = "already-signed"
	MailWithdrawn MailKind = "withdrawn"
	MailContested MailKind = "contested"
	MailRestored  MailKind = "restored"
)

// The kinds of mail to an organisation's public address about a signature in its
// name: recipient is that signature.
const (
	MailNotice        MailKind = "notice"
	MailNoticeDecided MailKind = "notice-decided"
)

// The kinds of mail to those who work at the desk: recipient is a person there.
const (
	MailDeskInvitation MailKind = "desk-invitation"
	MailDeskLink       MailKind = "desk-link"
)

// Purposes of the tokens that stand for a signature.
const (
	TokenConfirm = "confirm" // in the mail; expires; confirms
	TokenWait    = "wait"    // on the page after the form: asks for mail again, or takes the code
	TokenOwn     = "own"     // the signer's own page; does not expire
)

// ConfirmWithin is how long a confirmation link lives.
const ConfirmWithin = 7 * 24 * time.Hour

// Service carries out what signers do. It is safe for concurrent use.
type Service struct {
	Store Store
	Vault *vault.Vault
	Rules []Rule // of review; none: every confirmed signature stands
	// Domains looks at domains that are to be proven; nil: none is.
	Domains DomainChecker
	Now     func() time.Time
}

// Store is what the use cases need of the store. Every method that writes is
// durable when it returns nil, and does all of its writes or none. All may be
// called at once, by several processes.
type Store interface {
	ReviewStore
	KeptStore
	BounceStore
	ContestStore
	LevelStore
	ProofStore
	ShareStore

	// LetterBySlug fails with letter.ErrNotFound.
	LetterBySlug(ctx context.Context, slug string) (*letter.Letter, error)
	LetterByID(ctx context.Context, id string) (*letter.Letter, error)
	// TextByID reads a text of whatever version.
	TextByID(ctx context.Context, id string) (letter.Text, error)
	// SignatureByID fails with ErrUnknown.
	SignatureByID(ctx context.Context, id string) (*Signature, error)
	// SealedPrivate is the vault's record of the signature, or ErrUnknown when
	// it was erased.
	SealedPrivate(ctx context.Context, id string) ([]byte, error)
	// AddressHolder is the signature that holds this address on this letter,
	// or "".
	AddressHolder(ctx context.Context, letterID string, addressIndex []byte) (string, error)

	// AddSignature records an unconfirmed signature, its sealed private part,
	// the doubts about it and a mail to be sent about mailAbout.
	AddSignature(ctx context.Context, s *Signature, sealed []byte, doubts []Doubt, mail MailKind, mailAbout string) error
	// ConfirmSignature confirms an unconfirmed signature of this generation and
	// takes the address for it. Without an undecided doubt, old or new, it
	// stands from then on and its ledger entry is queued; with one it waits.
	// Either way a mail says so. It returns the state reached. ErrTaken when
	// another signature holds the address; ErrConfirmed, ErrReplaced,
	// ErrWithdrawn or ErrUnknown when it is not as expected.
	ConfirmSignature(ctx context.Context, c Confirmation) (State, error)
	// CountCodeTry counts one wrong code and returns how many there were.
	CountCodeTry(ctx context.Context, id string) (int, error)
	// QueueMailAgain queues another mail about an unconfirmed signature unless
	// maxMails were asked for. With sealed not nil it first replaces the
	// private part and raises the generation, so that earlier links die.
	QueueMailAgain(ctx context.Context, id string, maxMails int, sealed []byte, kind MailKind, about string) error
	// CorrectSignature replaces the public fields of a standing signature, links
	// it anew to the registry and queues the ledger entry.
	CorrectSignature(ctx context.Context, id string, p Public, ownDomain bool, at time.Time, entry ledger.Pending) error
	// EndSignature withdraws or disowns a signature that was confirmed, wherever
	// it stands now: its public fields, the doubts about it and the openings of its
	// entries are erased, its number stays as a gap, and the address becomes free. Of one
	// that is in the log the ledger entry is queued. A mail says so; after it was sent
	// the vault's record goes too.
	EndSignature(ctx context.Context, id string, to State, at time.Time, entry ledger.Pending) error
	// ConsentToText moves a standing signature from one version of a text to a
	// newer one and queues the ledger entry.
	ConsentToText(ctx context.Context, id, fromText string, to letter.Text, entry ledger.Pending) error
	// QueueRevised queues a mail to at most limit signers of other versions
	// than newest of the text in that language, in the order of their IDs after
	// the given one. It returns the last ID and how many there were.
	QueueRevised(ctx context.Context, letterID, lang, newest, after string, limit int, at time.Time) (last string, n int, err error)
	// SignatureReceipt proves the signature's entry against the newest checkpoint.
	// It fails with ErrNoEntryYet, or with ErrWithdrawn when its opening is gone.
	SignatureReceipt(ctx context.Context, id string) (*ledger.Receipt, error)
	// DropUnconfirmed erases an unconfirmed signature.
	DropUnconfirmed(ctx context.Context, id string) error

	SealedStore
}

// addressIndex is the blind index by which one address is known on one letter.
// Organisations and persons are told apart: somebody may sign for both.
func (s *Service) addressIndex(letterID string, kind Kind, email string) []byte {
	return s.Vault.BlindIndex("signature address", letterID, string(kind), foldAddress(email))
}
