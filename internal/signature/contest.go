package signature

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"pliego/internal/ledger"
	"pliego/internal/signature/registry"
)

// Errors of contesting.
var (
	ErrNotContested = errors.New("this signature is not set aside")
	ErrNoNotice     = errors.New("nothing was signed in this name, or it is over")
)

// TokenNotice stands for a notice to an organisation. It opens the way to
// object, and nothing of the signer's own.
const TokenNotice = "notice"

// noticeGeneration is that of every notice's token: a signer who raises the
// signature's own cannot take the way to object from the organisation.
const noticeGeneration = 1

// RuleObjection is the doubt about a signature to which its organisation
// objects.
const RuleObjection = "objection"

// MaxObjection bounds what an organisation may write with its objection, in
// characters.
const MaxObjection = 1000

// The answers to a notice.
const (
	Acknowledged = "acknowledged" // "it is ours"
	Objected     = "objected"
)

// Notice is what an organisation's public address was told about a signature in
// its name, and what it answered.
type Notice struct {
	SentAt     time.Time
	Answer     string // "", Acknowledged or Objected
	AnsweredAt time.Time
	Sealed     []byte // what it wrote
}

// ContestStore is what setting aside needs of the store; it promises what Store
// does.
type ContestStore interface {
	// NoticeOf gives the notice about a signature, or ErrNoNotice.
	NoticeOf(ctx context.Context, id string) (Notice, error)
	// AcknowledgeNotice records that the organisation knows of the signature.
	AcknowledgeNotice(ctx context.Context, id string, at time.Time) error
	// ContestSignature records an objection. A signature that stands is set
	// aside: its name is shown nowhere, it counts no more, its ledger entry is
	// queued and a mail tells the signer. About one that waits it is a doubt. It
	// returns the state reached; ErrNoNotice when there is no notice or the
	// signature is over.
	ContestSignature(ctx context.Context, id string, at time.Time, sealed []byte, entry ledger.Pending) (State, error)
	// RestoreSignature lets a signature that was set aside stand again, with its
	// name, its number and its count; mails say so. ErrNotContested, ErrUnknown.
	RestoreSignature(ctx context.Context, id string, at time.Time, entry ledger.Pending) error
	// OrganisationAddress is the sealed address that a coordinator entered for
	// the organisation in whose name a signature is, or nil.
	OrganisationAddress(ctx context.Context, signatureID string) ([]byte, error)
	// SetOrganisationAddress keeps an address, or with nil forgets it.
	SetOrganisationAddress(ctx context.Context, organisationID string, sealed []byte) error
}

// NoticeView is what an organisation sees of a signature in its name: nothing
// that is not public but the notice itself.
type NoticeView struct {
	*View
	Notice
}

// LookNotice finds what a notice is about. It changes nothing: mail scanners
// follow links. A signature that is over gives ErrNoNotice.
func (s *Service) LookNotice(ctx context.Context, token string) (*NoticeView, error) {
	id, _, err := s.Vault.ParseToken(TokenNotice, token)
	if err != nil {
		return nil, ErrUnknown
	}
	notice, err := s.Store.NoticeOf(ctx, id)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, id)
	if err != nil {
		return nil, err
	}
	if v.Signature.State.Ended() || v.Signature.Sealed() {
		return nil, ErrNoNotice
	}
	return &NoticeView{v, notice}, nil
}

// Acknowledge records that the organisation knows of the signature.
func (s *Service) Acknowledge(ctx context.Context, token string) (*NoticeView, error) {
	v, err := s.LookNotice(ctx, token)
	if err != nil {
		return nil, err
	}
	return v, s.Store.AcknowledgeNotice(ctx, v.Signature.ID, s.Now())
}

// Object sets a signature aside because the organisation in whose name it is
// says that it is not its own. A person decides what becomes of it; until then
// its name is shown nowhere and it does not count. Objecting again does no harm.
func (s *Service) Object(ctx context.Context, token, reason string) (*NoticeView, error) {
	v, err := s.LookNotice(ctx, token)
	if err != nil {
		return nil, err
	}
	reason = tidy(reason)
	if !utf8.ValidString(reason) || utf8.RuneCountInString(reason) > MaxObjection {
		return v, Problems{{Field: "reason", Code: TooLong}}
	}
	var sealed []byte
	if reason != "" {
		b, err := json.Marshal(reason)
		if err != nil {
			return v, fmt.Errorf("write an objection: %w", err)
		}
		sealed = s.Vault.Seal(objectionID(v.Signature.ID), b)
	}
	entry, err := s.contested(v.View, RuleObjection)
	if err != nil {
		return v, err
	}
	v.Signature.State, err = s.Store.ContestSignature(ctx, v.Signature.ID, s.Now(), sealed, entry)
	v.Answer, v.AnsweredAt = Objected, s.Now()
	return v, err
}

// objectionID keeps what an organisation wrote apart from the vault's record of
// the same signature.
func objectionID(id string) string { return "objection " + id }

// Objection is what the organisation wrote; "" when it wrote nothing.
func (s *Service) Objection(ctx context.Context, sig *Signature) (string, error) {
	notice, err := s.Store.NoticeOf(ctx, sig.ID)
	if errors.Is(err, ErrNoNotice) || err == nil && notice.Sealed == nil {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	b, err := s.Vault.Open(objectionID(sig.ID), notice.Sealed)
	if err != nil {
		return "", fmt.Errorf("the objection to signature %s: %w", sig.ID, err)
	}
	var reason string
	if err := json.Unmarshal(b, &reason); err != nil {
		return "", fmt.Errorf("read the objection to signature %s: %w", sig.ID, err)
	}
	return reason, nil
}

// Restore lets a signature that was set aside stand again, by a person's
// decision.
func (s *Service) Restore(ctx context.Context, id string) error {
	v, err := s.view(ctx, id)
	if err != nil {
		return err
	}
	record := map[string]string{"signature": id}
	number(record, v.Signature)
	entry, err := s.entry(ledger.SignatureRestored, v, record)
	if err != nil {
		return err
	}
	return s.Store.RestoreSignature(ctx, id, s.Now(), entry)
}

// Uphold ends a signature that was set aside, by a person's decision: the name
// goes for good, the number stays as a gap.
func (s *Service) Uphold(ctx context.Context, id string) error {
	v, err := s.view(ctx, id)
	if err != nil {
		return err
	}
	if v.Signature.State != Contested {
		return ErrNotContested
	}
	doubts, err := s.Store.Doubts(ctx, id)
	if err != nil {
		return err
	}
	to, reason := Withdrawn, RuleBounced
	for _, d := range undecided(doubts) {
		if d.Rule == RuleObjection {
			to, reason = Disowned, RuleObjection
		}
	}
	record := map[string]string{"signature": id, "reason": reason}
	number(record, v.Signature)
	entry, err := s.entry(ledger.SignatureWithdrawn, v, record)
	if err != nil {
		return err
	}
	return s.Store.EndSignature(ctx, id, to, s.Now(), entry)
}

// contested is the ledger's entry of a signature that is set aside.
func (s *Service) contested(v *View, reason string) (ledger.Pending, error) {
	record := map[string]string{"signature": v.Signature.ID, "reason": reason}
	number(record, v.Signature)
	return s.entry(ledger.SignatureContested, v, record)
}

// number adds the number by which a signature is known once its own record
// cannot be opened.
func number(record map[string]string, sig *Signature) {
	if sig.Number > 0 {
		record["number"] = strconv.FormatInt(sig.Number, 10)
	}
}

// SetOrganisationAddress keeps the public address of an organisation, where it is
// told what is signed in its name; "" forgets it.
func (s *Service) SetOrganisationAddress(ctx context.Context, organisationID, email string) error {
	if email == "" {
		return s.Store.SetOrganisationAddress(ctx, organisationID, nil)
	}
	if code := checkEmail(email); code != "" {
		return Problems{{Field: "email", Code: code}}
	}
	return s.Store.SetOrganisationAddress(ctx, organisationID, s.Vault.Seal(organisationAddressID(organisationID), []byte(email)))
}

func organisationAddressID(id string) string { return "organisation address " + id }

// NoticeAddress is where an organisation is told of a signature in its name: the
// address that a coordinator entered, or info at the domain of its website. It
// is "" when there is none, and never the signer's own.
func (s *Service) NoticeAddress(ctx context.Context, sig *Signature) (string, error) {
	sealed, err := s.Store.OrganisationAddress(ctx, sig.ID)
	if err != nil {
		return "", err
	}
	address := ""
	if sealed != nil {
		b, err := s.Vault.Open(organisationAddressID(sig.OrganisationID), sealed)
		if err != nil {
			return "", fmt.Errorf("the address of organisation %s: %w", sig.OrganisationID, err)
		}
		address = string(b)
	} else if domain := registry.DomainOf(sig.Public.Website); domain != "" && !registry.Reserved(domain) {
		address = "info@" + domain
	}
	if address == "" {
		return "", nil
	}
	private, err := s.PrivateOf(ctx, sig.ID)
	if err == nil && foldAddress(private.Email) == foldAddress(address) {
		return "", nil
	}
	return address, err
}

// NoticeToken stands for the notice about a signature.
func (s *Service) NoticeToken(sig *Signature) (string, error) {
	return s.Vault.Token(TokenNotice, sig.ID, noticeGeneration)
}
