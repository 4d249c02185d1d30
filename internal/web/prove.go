package web

import (
	"context"
	"errors"
	"net/http"

	"pliego/internal/locale"
	"pliego/internal/signature"
)

// proofView is what the own page says of proving the organisation's domain.
type proofView struct {
	Domain string
	Record string   // the TXT record
	Names  []string // where it may stand
	Code   string   // what the file holds
	Files  []string // where it may lie
	Open   bool     // a check was just made
	Why    string   // why no check was made, or ""
	Seen   []string // what was found instead, place by place
}

// newProof gives the view, or nil when there is nothing to prove any more.
func (s *Site) newProof(sig *signature.Signature) *proofView {
	p, ok := s.signing.ProofOf(sig)
	if !ok || !sig.ProvenAt.IsZero() {
		return nil
	}
	v := &proofView{Domain: p.Domain, Record: p.Record(), Names: p.Names(), Code: p.Code}
	for _, host := range p.Hosts() {
		v.Files = append(v.Files, "https://"+host+signature.ProofPath)
	}
	return v
}

// prove looks for the code at the domain now, and answers by the own page.
func (s *Site) prove(ctx context.Context, w http.ResponseWriter, r *http.Request, lang string) error {
	token := r.PathValue("token")
	v, seen, err := s.signing.Prove(ctx, token)
	status, why := http.StatusUnprocessableEntity, ""
	switch {
	case errors.Is(err, signature.ErrProofOften):
		status, why = http.StatusTooManyRequests, locale.T(lang, "proof.often")
		w.Header().Set("Retry-After", "3600")
	case errors.Is(err, signature.ErrProofBusy):
		status, why = http.StatusServiceUnavailable, locale.T(lang, "proof.busy")
		w.Header().Set("Retry-After", "10")
	case errors.Is(err, signature.ErrNoDomain), errors.Is(err, signature.ErrProofNotNow), errors.Is(err, signature.ErrProofMoved):
		// The page offers no such button now: what it shows has changed.
		http.Redirect(w, r, "/"+lang+"/signature/"+token, http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	case !v.Signature.ProvenAt.IsZero():
		http.Redirect(w, r, "/"+lang+"/signature/"+token+"?proven", http.StatusSeeOther)
		return nil
	}
	p, err := s.fullOwnPage(ctx, lang, token, v)
	if err != nil {
		return err
	}
	if p.Proof == nil { // somebody else proved it meanwhile
		http.Redirect(w, r, "/"+lang+"/signature/"+token, http.StatusSeeOther)
		return nil
	}
	p.Proof.Open, p.Proof.Why = true, why
	for _, x := range seen {
		p.Proof.Seen = append(p.Proof.Seen, sightWords(lang, x))
	}
	return s.draw(w, status, "own", p)
}

// sightWords says what was looked for where, and what was found.
func sightWords(lang string, x signature.Sighting) string {
	return locale.T(lang, "proof.at", "place", x.Place, "found", foundWords(lang, x))
}

func foundWords(lang string, x signature.Sighting) string {
	switch x.Sight {
	case signature.SightNothing:
		return locale.T(lang, "proof.nothing")
	case signature.SightUnrelated:
		switch {
		case !x.File:
			return locale.T(lang, "proof.unrelated")
		case x.Seen == "":
			return locale.T(lang, "proof.empty")
		}
		return locale.T(lang, "proof.unrelated_file", "seen", x.Seen)
	case signature.SightOtherCode:
		return locale.T(lang, "proof.other_code", "seen", x.Seen)
	case signature.SightNoAddress:
		return locale.T(lang, "proof.no_address")
	case signature.SightNotPublic:
		return locale.T(lang, "proof.not_public")
	case signature.SightNoConnect:
		return locale.T(lang, "proof.no_connection")
	case signature.SightBadTLS:
		return locale.T(lang, "proof.bad_certificate")
	case signature.SightRedirect:
		return locale.T(lang, "proof.redirect", "seen", x.Seen)
	case signature.SightStatus:
		return locale.T(lang, "proof.status", "seen", x.Seen)
	case signature.SightTooLarge:
		return locale.T(lang, "proof.too_large")
	}
	return locale.T(lang, "proof.no_answer")
}
