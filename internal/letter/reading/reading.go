// Package reading understands an open letter in a file, as people have it:
// plain text, Markdown, a saved web page or a Word document, in Spanish,
// Portuguese, English or French. It finds the title, the date, who published
// it and to whom it is put, the asks, and the signatories with their acronym
// and country, and says with line numbers what it was unsure of.
//
// A file goes through these steps, a source file each: its bytes are decoded
// (decode), taken apart into units of text (plain, page, word), freed from
// page furniture (furniture) and from hard line breaks (wrap); then the list
// of signatories, here called the roll, is found (roll, rollsearch), its end
// told (rollend), signatures over several lines put together (block), and read
// entry by entry (entry, person, titles, signer, columns); what is left gives
// the head (head, date) and the asks (asks, and a file for each way in which
// they are set: askforms, askmore, askplain, ordinal). Reading judges by form and small vocabularies in the
// four languages; it never refuses a letter for being unusual, it warns.
package reading

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of what is read. They keep one hostile file below 256 MiB of memory.
const (
	maxInput    = 10 << 20 // bytes of the file
	maxUnpacked = 50 << 20 // bytes of a Word document's parts, unpacked
	maxText     = 16 << 20 // bytes of text in it
	maxUnits    = 100_000  // lines, paragraphs and table rows
	maxUnit     = 2 << 20  // bytes of one of them
	maxEntries  = 100_000  // entries in one paragraph of the roll
)

// What makes a file unreadable. Read's errors wrap one of these and say, for
// the reader, what is wrong and what to do.
var (
	// ErrEmpty: the file has no text.
	ErrEmpty = errors.New("the file has no text")
	// ErrBinary: the file is none of the four formats.
	ErrBinary = errors.New("not a text, Markdown, HTML or DOCX file")
	// ErrTooLarge: the file passes one of the limits.
	ErrTooLarge = errors.New("the file is too large")
	// ErrDamaged: the file is a Word document that cannot be unpacked.
	ErrDamaged = errors.New("the Word document is damaged")
)

// Letter is what was understood of a letter. Its JSON form is the output of
// "pliego letter read --json"; the slices are never null.
type Letter struct {
	Title       string      `json:"title"`
	Language    string      `json:"language"` // es, pt, en or fr; "" when none is recognised
	Date        string      `json:"date"`     // YYYY-MM-DD, or ""
	Publisher   string      `json:"publisher"`
	AddressedTo string      `json:"addressed_to"`
	Asks        []Ask       `json:"asks"`
	Signatories []Signatory `json:"signatories"`
	Warnings    []Warning   `json:"warnings"`

	// Source is the file as it was read, line by line, to be shown beside what was
	// understood of it. The lines of a document are its paragraphs.
	Source []Line `json:"-"`

	// Body is the letter's text as plain paragraphs and lists of Markdown,
	// without title, page furniture and signatories.
	Body string `json:"-"`
}

// Ask is one thing that the letter asks for.
type Ask struct {
	Number int    `json:"number"` // from 1, in the order of the letter
	Title  string `json:"title"`  // its lead: the bold or first sentence, without the full stop
	Text   string `json:"text"`   // the whole of it, lead included
}

// The kinds of Signatory.
const (
	Organisation = "organisation"
	Person       = "person"
)

// How a signatory's country is known.
const (
	Stated = "stated"  // printed apart: after the name, in a column, as a group's heading
	InName = "in_name" // only inside the name
	None   = "none"
)

// Signatory is one entry of the list of who signed.
type Signatory struct {
	Number       int    `json:"number"` // as printed, or as its place implies
	Name         string `json:"name"`
	Acronym      string `json:"acronym"`
	Country      string `json:"country"`       // ISO 3166-1 alpha-2, or ""
	CountryBasis string `json:"country_basis"` // stated, in_name or none
	Line         int    `json:"line"`          // where it begins; for a Word document, the paragraph
	Raw          string `json:"raw"`           // as printed, line breaks made spaces

	Kind        string `json:"kind"`                  // organisation or person
	Titles      string `json:"titles,omitempty"`      // of a person, as printed around the name: "Dra.", "PhD"
	Role        string `json:"role,omitempty"`        // of a person, as printed
	Affiliation string `json:"affiliation,omitempty"` // of a person, as printed
}

// Warning is one thing that the reader was unsure of. Line 0 is the letter as
// a whole.
type Warning struct {
	Line    int    `json:"line"`
	Message string `json:"message"`

	// Kind names the sentence whatever it speaks of, and About is what it speaks
	// of, for who says it in another language.
	Kind  string   `json:"-"`
	About []string `json:"-"`
}

// Line is a piece of the file and where it stands.
type Line struct {
	At   int
	Text string
}

func (l *Letter) warn(line int, format string, args ...any) {
	w := Warning{Line: line, Message: fmt.Sprintf(format, args...), Kind: format}
	for _, a := range args {
		w.About = append(w.About, fmt.Sprint(a))
	}
	if format == "%s" {
		w.Kind, w.About = w.Message, nil
	}
	l.Warnings = append(l.Warnings, w)
}

// Read understands the letter in r, of at most 10 MiB. The format is known by
// its content; name, the file's name, decides only between plain text and
// Markdown. The errors are ErrEmpty, ErrBinary, ErrTooLarge and ErrDamaged,
// wrapped, and those of r.
func Read(name string, r io.Reader) (*Letter, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if len(data) > maxInput {
		return nil, fmt.Errorf("%s: %w: the limit is 10 MiB; save only the letter", name, ErrTooLarge)
	}
	src, err := decode(name, data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(src.units) > maxUnits {
		return nil, fmt.Errorf("%s: %w: more than %d lines; save only the letter", name, ErrTooLarge, maxUnits)
	}
	for i := range src.units {
		if len(src.units[i].text) > maxUnit {
			return nil, fmt.Errorf("%s: line %d: %w: a paragraph of more than 2 MiB; save only the letter", name, src.units[i].at, ErrTooLarge)
		}
	}
	var lines []Line
	for i := range src.units {
		lines = append(lines, Line{src.units[i].at, src.units[i].raw()})
	}
	src.units = unwrap(settleMarkers(dropFurniture(src.units)))
	if len(src.units) == 0 {
		return nil, fmt.Errorf("%s: %w; is the letter in pictures?", name, ErrEmpty)
	}
	l := understand(src)
	l.Source = lines
	return l, nil
}

// understand reads the letter out of its units.
func understand(src *source) *Letter {
	l := &Letter{Asks: []Ask{}, Signatories: []Signatory{}, Warnings: []Warning{}}
	rest := l.readRoll(src.units)
	l.Language = languageOf(rest, src.units)
	body := l.readHead(src, rest)
	l.readAsks(body)
	l.Body = markdown(body)
	if l.Language == "" {
		l.warn(0, "the language is none of Spanish, Portuguese, English and French, or there is too little text to tell")
	}
	if len(l.Signatories) == 0 {
		l.warn(0, "no list of signatories was found; if there is one, put a heading such as \"Signatories\" above it")
	}
	if len(l.Asks) == 0 {
		l.warn(0, "no asks were found; if there are some, make them a list under a sentence such as \"We ask:\"")
	}
	return l
}

// oneLine makes every run of white space, the no-break ones included, one space.
func oneLine(s string) string {
	return strings.Join(strings.Fields(s), " ")
}
