package account

import (
	"context"
	"time"
)

// touchEvery is how exactly it is known when a session was last seen.
const touchEvery = 5 * time.Minute

// Who finds the session that a secret opens, and whose it is; ErrNoSession when
// it opens none.
func (s *Service) Who(ctx context.Context, secret string) (*Session, *Person, error) {
	if len(secret) != 43 { // 32 bytes in base64
		return nil, nil, ErrNoSession
	}
	now := s.Now()
	session, p, err := s.Store.SessionBySecret(ctx, hashSecret(secret), now.Add(-SessionWithin), now.Add(-IdleWithin))
	if err != nil {
		return nil, nil, err
	}
	if now.Sub(session.SeenAt) > touchEvery {
		if err := s.Store.TouchSession(ctx, session.ID, now); err != nil {
			return nil, nil, err
		}
	}
	return session, p, nil
}

// Sessions lists a person's sessions that live.
func (s *Service) Sessions(ctx context.Context, personID string) ([]*Session, error) {
	now := s.Now()
	return s.Store.Sessions(ctx, personID, now.Add(-SessionWithin), now.Add(-IdleWithin))
}

// EndSession ends one of a person's sessions, or (id "") all of them.
func (s *Service) EndSession(ctx context.Context, personID, id string) error {
	line, err := NewLine(s.Now(), personID, "session.end", personID, "", "", "")
	if err != nil {
		return err
	}
	return s.Store.EndSessions(ctx, personID, id, line)
}

// EndAllSessions ends everybody's sessions: half of the danger switch.
func (s *Service) EndAllSessions(ctx context.Context, by string) error {
	line, err := NewLine(s.Now(), by, "session.end-all", "", "", "", "")
	if err != nil {
		return err
	}
	return s.Store.EndSessions(ctx, "", "", line)
}

// Note keeps a line about something that a person did at the desk.
func (s *Service) Note(ctx context.Context, by, act, subject, letter, before, after string) error {
	line, err := NewLine(s.Now(), by, act, subject, letter, before, after)
	if err != nil {
		return err
	}
	return s.Store.Log(ctx, line)
}
