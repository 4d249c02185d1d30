// Package account is who works at the desk: people, the role of each, how they
// are invited and sign in, their sessions, and the log of what they did. It
// knows no SQL and no HTTP.
//
// Nobody has a password. Who knows the address of a person can at most cause a
// mail to it; who reads that mail can enter once, while the link lives. A link
// is followed by mail scanners too, so entering is an act of its own. What a
// session is known by is stored as a hash only: a stolen database opens no
// session.
package account

import (
	"context"
	"errors"
	"time"

	"pliego/internal/vault"
)

// Sentinel errors; callers match them with errors.Is.
var (
	ErrUnknown   = errors.New("no such person")
	ErrLink      = errors.New("this link was used, has expired, or was not made here")
	ErrNoSession = errors.New("nobody is signed in")
	ErrForbidden = errors.New("this role may not do that")
	ErrInvited   = errors.New("somebody with this address works at the desk already")
	ErrLast      = errors.New("this is the last coordinator: invite another first")
	ErrAddress   = errors.New("this is no e-mail address")
)

// Role is what a person is at the desk.
type Role string

// The roles.
const (
	Coordinator Role = "coordinator" // runs letters and invites people
	Reviewer    Role = "reviewer"    // decides about signatures, and sees no address
	Responder   Role = "responder"   // of an addressee's staff
)

// Roles are all of them.
var Roles = []Role{Coordinator, Reviewer, Responder}

// Person is somebody who works at the desk, without the address.
type Person struct {
	ID         string // UUIDv7
	Role       Role
	Lang       string // of mail and desk
	Generation int    // of the links: using one raises it
	LinkUntil  time.Time
	CreatedAt  time.Time
	EnteredAt  time.Time // last; zero until the invitation was taken up
	EndedAt    time.Time // zero while they may enter
}

// Active tells whether the person may enter.
func (p *Person) Active() bool { return p.EndedAt.IsZero() }

// Session is one browser of one person.
type Session struct {
	ID        string // for the person to name it; it opens nothing
	PersonID  string
	Device    string // what kind of browser, as it names itself, in short
	CreatedAt time.Time
	SeenAt    time.Time
}

// How long links and sessions live.
const (
	InviteWithin  = 7 * 24 * time.Hour
	LinkWithin    = 30 * time.Minute
	SessionWithin = 7 * 24 * time.Hour
	IdleWithin    = 12 * time.Hour
)

// TokenEnter is the purpose of the link that lets a person in.
const TokenEnter = "enter"

// Service carries out what people do about their accounts. It is safe for
// concurrent use.
type Service struct {
	Store Store
	Vault *vault.Vault
	Now   func() time.Time
}

// Store is what the use cases need of the store. Every method that writes is
// durable when it returns nil, does all of its writes or none, and writes the
// line of the log with them. All may be called at once, by several processes.
type Store interface {
	// AddPerson stores a new person with the sealed address; ErrInvited when
	// the index is taken by one who is active. With mail it queues the
	// invitation.
	AddPerson(ctx context.Context, p *Person, addressIndex, sealed []byte, mail bool, line Line) error
	// PersonByID and PersonByAddress fail with ErrUnknown; the latter finds
	// active people only.
	PersonByID(ctx context.Context, id string) (*Person, error)
	PersonByAddress(ctx context.Context, addressIndex []byte) (*Person, error)
	// People lists everybody, the first first.
	People(ctx context.Context) ([]*Person, error)
	// SealedAddress is the vault's record of a person.
	SealedAddress(ctx context.Context, id string) ([]byte, error)
	// SendLink lets links of the person's generation live until then, and
	// queues a mail with one unless a link was sent after notSince.
	SendLink(ctx context.Context, id string, until, notSince time.Time) error
	// Enter uses up the links of this generation, if one lives, and begins a
	// session; ErrLink otherwise.
	Enter(ctx context.Context, id string, generation int, s *Session, secret []byte, line Line) error
	// SessionBySecret finds a session that was begun after begunAfter and seen
	// after seenAfter, of a person who is active; ErrNoSession otherwise.
	SessionBySecret(ctx context.Context, secret []byte, begunAfter, seenAfter time.Time) (*Session, *Person, error)
	// TouchSession notes that a session was seen.
	TouchSession(ctx context.Context, id string, at time.Time) error
	// Sessions lists a person's sessions that live, the last seen first.
	Sessions(ctx context.Context, personID string, begunAfter, seenAfter time.Time) ([]*Session, error)
	// EndSessions ends one session of a person, or (id "") all.
	EndSessions(ctx context.Context, personID, id string, line Line) error
	// EndPerson takes away the person's access and address and ends their
	// sessions; ErrLast for the last active coordinator.
	EndPerson(ctx context.Context, id string, at time.Time, line Line) error
	// SetLang changes the language of a person's desk and mail.
	SetLang(ctx context.Context, id, lang string) error
	// Log keeps a line; Lines reads them, the newest first, before the given
	// ID ("" for the newest).
	Log(ctx context.Context, line Line) error
	Lines(ctx context.Context, before string, limit int) ([]Line, error)
}
