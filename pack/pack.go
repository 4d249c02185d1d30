// Package pack reads packs: folders of plain files (YAML for texts, CSV for
// tables) that hold letters, those they address, their signatories, and the
// forums they are put to. doc/pack.md describes the layout.
//
// A pack comes from anybody and is read whole, with every mistake named by
// file and line, before anything is stored: a pack is good, or it changes
// nothing. Reading bounds the size of files, tables and texts, follows no YAML
// alias, and opens regular files only.
package pack

import (
	"time"

	"pliego/internal/evidence"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/signature"
)

// Pack is a whole pack, read and checked.
type Pack struct {
	Key        string            // names the pack; a slug
	Names      map[string]string // by language
	Version    string            // the maker's own numbering
	Licence    string            // under which the pack's own words may be used
	Letters    []Letter          // in the order of their slugs
	Forums     []Forum           // in the order of the file
	Provisions []Provision       // in the order of the file
	Law        Law
	Evidence   evidence.Content
}

// Letter is one letter of a pack with all that belongs to it.
type Letter struct {
	Slug           string
	State          letter.State
	Date           string    // YYYY-MM-DD, printed on the letter; "" while it has none
	Deadline       time.Time // the last moment (UTC) of the last day for signing; zero without one
	OriginalLang   string    // BCP 47 tag of the language it was written in
	Publisher      string
	Elsewhere      *Elsewhere // where the original stands; nil for a letter published here
	Forum          string     // key of one of the pack's forums, or ""
	ConvenersFirst bool       // the alphabetical list begins with the conveners
	Agenda         bool       // its agenda begins with its asks
	Edition        bool       // its record begins with an edition
	// Texts come in the order es, pt, en, fr, one per language at most. Their
	// asks have the same keys in the same order in every language. ID, Version,
	// Hash and PublishedAt are left to the store.
	Texts       []letter.Text
	Addressees  []letter.Addressee // in the order of the file
	Signatories []Signatory        // in the order of the file
	Evidence    evidence.LetterEvidence
	// Actions are what those addressed did on its asks, in the order of the file;
	// the ID of each is its key in the file.
	Actions []*followup.Item
}

// Text finds the letter's text in a language.
func (l Letter) Text(lang string) (letter.Text, bool) {
	for _, t := range l.Texts {
		if t.Lang == lang {
			return t, true
		}
	}
	return letter.Text{}, false
}

// Elsewhere says where the original of a letter stands that somebody else
// published, and where copies of it were seen.
type Elsewhere struct {
	URL       string
	Publisher string
	Lang      string // of what stands at URL, BCP 47
	Copies    []Copy
}

// Copy is another place where a letter published elsewhere stands.
type Copy struct {
	URL       string
	Publisher string
	Lang      string // BCP 47
	Date      string // YYYY-MM-DD, when it was published there; or ""
}

// Signatory is one name under a letter that did not sign through the program:
// its basis is as printed or given to the coordinator, never confirmed.
type Signatory struct {
	Number       int64 // as printed; 0 when it has none
	Kind         signature.Kind
	Basis        signature.Basis
	Public       signature.Public
	CountryBasis string // where the country comes from: stated, in_name or none
	Convener     bool
	Raw          string // the line as printed
	Evidence     string // what shows that it was given to the coordinator
}

// Forum is a meeting, such as an assembly or a ministerial.
type Forum struct {
	Key        string
	Names      map[string]string // by language
	Kind       string            // one of ForumKinds
	Body       map[string]string // the organisation that meets, by language
	Place      map[string]string // the town, or "online", by language; may be empty
	Country    string            // ISO 3166-1 alpha-2 of the place, or ""
	From, To   string            // YYYY, YYYY-MM or YYYY-MM-DD; To is never empty
	SourceURL  string            // "" only where Confidence is memory
	Confidence string            // seen or memory: whether the source was read
}

// ForumKinds are the kinds of forum a pack may hold.
var ForumKinds = []string{"summit", "assembly", "special-session", "ministerial", "commission", "court"}

// Provision is a point of what a forum adopted, set against the asks of a
// letter.
type Provision struct {
	Forum      string            // key of one of the pack's forums
	Instrument string            // the title of what was adopted
	Point      string            // its number or part, "" when it was not seen
	Summary    map[string]string // in the pack's own words, by language
	Letter     string            // slug of one of the pack's letters
	Asks       []string          // keys of that letter's asks
	Answers    string            // one of ProvisionAnswers
	SourceURL  string            // "" only where Confidence is memory
	Confidence string            // seen or memory: whether the source was read
}

// ProvisionAnswers are the ways in which a provision may answer what was asked:
// in full, in part, or, in the parts of the text that were seen, not at all.
var ProvisionAnswers = []string{"full", "partial", "evades"}

// Languages are the languages of a pack's texts, in the order in which they
// are kept.
var Languages = []string{"es", "pt", "en", "fr"}
