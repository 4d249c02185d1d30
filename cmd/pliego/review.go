package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

type reviewListCommand struct {
	storeFlags
	Letter   string `help:"Only those of this letter." placeholder:"S"`
	Refused  bool   `help:"Those that were refused, instead of those that wait." xor:"state"`
	SetAside bool   `help:"Those that stood and were set aside, instead of those that wait." xor:"state"`
	Private  bool   `help:"Show the e-mail address and who signs for an organisation too."`
	JSON     bool   `name:"json" help:"Print JSON, one array."`
}

func (reviewListCommand) Help() string {
	return "Lists the signatures that wait for a person, oldest first, each with what was noticed about it. They are confirmed and kept, and count nowhere until they are accepted; their letter may close meanwhile.\n\nExample: pliego review list --letter water-for-all-2026"
}

// reviewed is a signature under review as the list shows it.
type reviewed struct {
	ID          string       `json:"id"`
	Letter      string       `json:"letter"`
	State       string       `json:"state"`
	Kind        string       `json:"kind"`
	Sealed      bool         `json:"sealed,omitempty"` // its name is in its box: pliego sealed export
	Name        string       `json:"name"`
	Acronym     string       `json:"acronym"`
	Country     string       `json:"country"`
	Website     string       `json:"website"`
	ConfirmedAt time.Time    `json:"confirmed_at"`
	Doubts      []reviewedBy `json:"doubts"`
	Note        string       `json:"note,omitempty"`
	Objection   string       `json:"objection,omitempty"` // what the organisation wrote
	Email       string       `json:"email,omitempty"`
	SignerName  string       `json:"signer_name,omitempty"`
	SignerRole  string       `json:"signer_role,omitempty"`
}

type reviewedBy struct {
	Rule   string `json:"rule"`
	Says   string `json:"says"`
	Detail string `json:"detail,omitempty"`
}

// reviewPage is how many signatures are read at once.
const reviewPage = 200

func (c *reviewListCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	letterID, slugs := "", map[string]string{}
	if c.Letter != "" {
		l, err := s.db.LetterBySlug(p.ctx, c.Letter)
		if err != nil {
			return err
		}
		letterID, slugs[l.ID] = l.ID, l.Slug
	}
	state, what := signature.Waiting, "wait"
	if c.Refused {
		state, what = signature.Refused, "were refused"
	}
	if c.SetAside {
		state, what = signature.Contested, "are set aside"
	}
	show := printReviewed(p.stdout)
	if c.JSON {
		show = printReviewedJSON(p.stdout)
	}
	n, after := 0, ""
	for {
		page, err := s.db.InState(p.ctx, state, letterID, after, reviewPage)
		if err != nil {
			return err
		}
		for _, sig := range page {
			if slugs[sig.LetterID] == "" {
				l, err := s.db.LetterByID(p.ctx, sig.LetterID)
				if err != nil {
					return err
				}
				slugs[sig.LetterID] = l.Slug
			}
			r, err := c.reviewed(p, s, sig, slugs[sig.LetterID])
			if err != nil {
				return err
			}
			if err := show(n, &r); err != nil {
				return err
			}
			n, after = n+1, sig.ID
		}
		if len(page) < reviewPage {
			break
		}
	}
	if c.JSON {
		return show(n, nil)
	}
	_, err = fmt.Fprintf(p.stdout, "%d signatures %s.\n", n, what)
	return err
}

func (c *reviewListCommand) reviewed(p process, s *site, sig *signature.Signature, slug string) (reviewed, error) {
	doubts, note, err := s.signing.Why(p.ctx, sig)
	if err != nil {
		return reviewed{}, err
	}
	r := reviewed{
		ID: sig.ID, Letter: slug, State: string(sig.State), Kind: string(sig.Kind), Name: sig.Public.Name, Acronym: sig.Public.Acronym,
		Country: sig.Public.Country, Website: sig.Public.Website, ConfirmedAt: sig.SignedAt.UTC(), Doubts: []reviewedBy{}, Note: note,
	}
	for _, d := range doubts {
		r.Doubts = append(r.Doubts, reviewedBy{d.Rule, review.Words("en", d.Rule), d.Detail})
	}
	if r.Objection, err = s.signing.Objection(p.ctx, sig); err != nil {
		return reviewed{}, err
	}
	if r.Sealed = sig.Sealed(); c.Private && !r.Sealed {
		private, err := s.signing.PrivateOf(p.ctx, sig.ID)
		if err != nil {
			return reviewed{}, err
		}
		r.Email, r.SignerName, r.SignerRole = private.Email, private.SignerName, private.SignerRole
	}
	return r, nil
}

// printReviewed writes one signature after the other for people.
func printReviewed(w io.Writer) func(int, *reviewed) error {
	return func(_ int, r *reviewed) error {
		name := r.Name
		if r.Sealed {
			name = "sealed, see pliego sealed export"
		}
		if r.Acronym != "" {
			name += " (" + r.Acronym + ")"
		}
		if country := place.Name(r.Country, "en"); country != "" {
			name += ", " + country
		}
		line := fmt.Sprintf("%s  %s\n  %s: %s; confirmed %s\n", r.ID, r.Letter, r.Kind, name, r.ConfirmedAt.Format("2006-01-02 15:04 MST"))
		if r.Website != "" {
			line += "  " + r.Website + "\n"
		}
		if r.Email != "" {
			line += "  " + r.Email
			if r.SignerName != "" {
				line += ", " + r.SignerName
			}
			if r.SignerRole != "" {
				line += ", " + r.SignerRole
			}
			line += "\n"
		}
		for _, d := range r.Doubts {
			line += "  - " + d.Says
			if d.Detail != "" {
				line += " (" + d.Detail + ")"
			}
			line += "\n"
		}
		if r.Note != "" {
			line += "  told: " + r.Note + "\n"
		}
		if r.Objection != "" {
			line += "  the organisation writes: " + r.Objection + "\n"
		}
		_, err := io.WriteString(w, line+"\n")
		return err
	}
}

// printReviewedJSON writes an array element by element; nil ends it.
func printReviewedJSON(w io.Writer) func(int, *reviewed) error {
	return func(n int, r *reviewed) error {
		begin := ",\n"
		if n == 0 {
			begin = "[\n"
		}
		if r == nil {
			end := "\n]\n"
			if n == 0 {
				end = "[]\n"
			}
			_, err := io.WriteString(w, end)
			return err
		}
		b, err := json.Marshal(r)
		if err == nil {
			_, err = fmt.Fprintf(w, "%s%s", begin, b)
		}
		return err
	}
}

type reviewAcceptCommand struct {
	storeFlags
	ID []string `arg:"" help:"Signatures, as review list names them." placeholder:"ID"`
}

func (reviewAcceptCommand) Help() string {
	return "Lets signatures that wait stand: each gets its place in the log and its number, and the signer hears of it.\n\nExample: pliego review accept 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *reviewAcceptCommand) Run(p process) error {
	return decide(p, c.storeFlags, c.ID, "accepted", func(s *site, id string) error { return s.signing.Accept(p.ctx, id) })
}

type reviewRefuseCommand struct {
	storeFlags
	ID     []string `arg:"" help:"Signatures, as review list names them." placeholder:"ID"`
	Reason string   `help:"A sentence for the signer, besides what the rule says; it is sent and shown as it stands." placeholder:"TEXT"`
}

func (reviewRefuseCommand) Help() string {
	return "Decides against signatures that wait. Nothing is lost: the signer is told why and how to reach the coalition, the address stays taken, and review undo brings the signature back.\n\nExample: pliego review refuse 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f --reason \"Please sign from an address of the organisation.\""
}

func (c *reviewRefuseCommand) Run(p process) error {
	return decide(p, c.storeFlags, c.ID, "refused", func(s *site, id string) error { return s.signing.Refuse(p.ctx, id, c.Reason) })
}

type reviewUndoCommand struct {
	storeFlags
	ID []string `arg:"" help:"Signatures that were refused (review list --refused)." placeholder:"ID"`
}

func (reviewUndoCommand) Help() string {
	return "Lets refused signatures wait again. What was accepted is on the record: its signer can withdraw it.\n\nExample: pliego review undo 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *reviewUndoCommand) Run(p process) error {
	return decide(p, c.storeFlags, c.ID, "waits again", func(s *site, id string) error { return s.signing.Undo(p.ctx, id) })
}

type reviewRestoreCommand struct {
	storeFlags
	ID []string `arg:"" help:"Signatures that were set aside (review list --set-aside)." placeholder:"ID"`
}

func (reviewRestoreCommand) Help() string {
	return "Lets signatures that were set aside stand again, with their names and numbers: the organisation's objection did not hold, or the address works. Signer and organisation hear of it.\n\nExample: pliego review restore 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *reviewRestoreCommand) Run(p process) error {
	return decide(p, c.storeFlags, c.ID, "stands again", func(s *site, id string) error { return s.signing.Restore(p.ctx, id) })
}

type reviewUpholdCommand struct {
	storeFlags
	ID []string `arg:"" help:"Signatures that were set aside (review list --set-aside)." placeholder:"ID"`
}

func (reviewUpholdCommand) Help() string {
	return "Takes signatures that were set aside off the list for good: the objection holds, or the address stays dead. The name is erased, the number stays as a gap. This cannot be undone.\n\nExample: pliego review uphold 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *reviewUpholdCommand) Run(p process) error {
	return decide(p, c.storeFlags, c.ID, "taken off", func(s *site, id string) error { return s.signing.Uphold(p.ctx, id) })
}

// decide carries out one decision for each signature, and goes on after one that
// cannot be decided so.
func decide(p process, f storeFlags, ids []string, done string, act func(*site, string) error) error {
	s, err := f.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	var left []string
	for _, id := range ids {
		err := act(s, id)
		switch {
		case err == nil:
			fmt.Fprintf(p.stdout, "%s %s\n", id, done)
			continue
		case errors.Is(err, signature.ErrNotWaiting):
			err = fmt.Errorf("%w; see pliego review list", err)
		case errors.Is(err, signature.ErrNotContested):
			err = fmt.Errorf("%w; see pliego review list --set-aside", err)
		case errors.Is(err, signature.ErrNotRefused):
			err = fmt.Errorf("%w; see pliego review list --refused", err)
		case !errors.Is(err, signature.ErrUnknown): // the store's: the others would fail too
			return fmt.Errorf("%s: %w", id, err)
		}
		left = append(left, fmt.Sprintf("%s: %v", id, err))
	}
	if len(left) > 0 {
		return fmt.Errorf("left as it was: %s", strings.Join(left, "; "))
	}
	return nil
}
