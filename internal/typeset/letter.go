// Package typeset sets an open letter for paper: as PDF and as DOCX.
//
// It takes a Letter of plain, already localised strings and knows nothing of where they come from.
// The same Letter always yields the same bytes, so that a printed file can be named by its hash.
//
// The PDF has embedded fonts, an outline, links and its language, but no tags for screen readers;
// the DOCX is the accessible form, with real headings, lists and a table with a header row.
// Text runs from left to right in Latin, Greek or Cyrillic letters. Anything else in the PDF is
// replaced by its transliteration if one is given, else by boxes, and named in a Warning.
package typeset

import "time"

// Letter is what is printed of one letter in one language.
type Letter struct {
	// Lang is the BCP 47 tag (es, pt, en, fr) of the furniture and, unless TextLang is set, of the text.
	Lang string
	// TextLang is the BCP 47 tag of the text when it exists only in another language than Lang.
	TextLang string
	// Title is the letter's title, at most MaxTitle runes.
	Title string
	// DateLine is the date, already formatted: "19 November 2013".
	DateLine string
	// Occasion follows the date, "for the Fourth Meeting of Ministers …"; may be empty.
	Occasion string
	// AddressedTo are the offices, one each. Few are set one to a line, more in columns, many as a paragraph.
	AddressedTo []string
	// Notice is set apart above the text in the furniture's language: say, that this is a summary
	// of a letter published elsewhere, or that the text exists in another language only.
	Notice []Block
	// Intro is the letter's text before its asks.
	Intro []Block
	// Asks are what the letter asks, in order.
	Asks []Ask
	// Closing is the letter's text after its asks.
	Closing []Block
	// Signatories are printed in the order given.
	Signatories []Signatory
	// SignatoriesNote stands under the signatories' heading: "as printed on the letter".
	SignatoriesNote string
	// URL is the letter's address, http or https.
	URL string
	// TextHash is the SHA-256 of the text as 64 hex digits; may be empty.
	TextHash string
	// Published dates the file. It is the only time that enters the output.
	Published time.Time
	// Labels are the words of the furniture.
	Labels Labels
}

// Ask is one thing that the letter asks.
type Ask struct {
	// Number is printed beside it, 1 or more.
	Number int
	// Title is its short name; may be empty.
	Title string
	// Text says it in full.
	Text []Block
}

// Signatory is one line of the list of those who signed.
type Signatory struct {
	// Number is the registration number, 1 or more.
	Number int
	// Name is the organisation's or person's name, empty when it was withdrawn.
	Name string
	// Latin is Name in Latin letters if somebody gave it so; the PDF prints it when Name is in a
	// script that its fonts do not have.
	Latin string
	// Acronym follows the name in brackets; may be empty.
	Acronym string
	// Country is its localised name; may be empty.
	Country string
	// Note is printed after the rest: "withdrawn on 3 May 2027". Without a Name it stands alone.
	Note string
}

// Labels is every word of the furniture, in the letter's language. A label is required when what
// it names is printed.
type Labels struct {
	To          string // before the addressees: "To"
	Asks        string // heading of the asks: "What it asks"
	Signatories string // heading of the list: "Signatories" or "52 signatories"
	Number      string // head of the table's first column: "No."
	Name        string // head of the second: "Name"
	Country     string // head of the third: "Country"
	Page        string // "{page} / {pages}", which is also what an empty one means
	Address     string // before the letter's address: "This letter"
	Hash        string // before the text's hash: "SHA-256 of the text"
}

// BlockKind says what a Block is.
type BlockKind int

// The kinds of Block.
const (
	Paragraph  BlockKind = iota // Runs
	Heading                     // Runs and Level
	BulletList                  // Items
	NumberList                  // Items, counted from Start
	Quote                       // Items, one item
	Code                        // Runs, lines parted by Break, spaces kept
	Rule                        // nothing: a line across
)

// Block is a paragraph, or what else stands in a text at a paragraph's place.
type Block struct {
	Kind BlockKind
	// Level of a Heading within the text, from 1.
	Level int
	// Start is the first number of a NumberList.
	Start int
	// Runs are the words of a Paragraph, Heading or Code.
	Runs []Run
	// Items are the items of a list, each of one or more blocks, or the one content of a Quote.
	Items [][]Block
}

// Run is a piece of text in one style.
type Run struct {
	Text string
	Bold bool
	// Italic is emphasis.
	Italic bool
	// URL makes the run a link; only http, https and mailto are kept.
	URL string
	// Break ends the line after Text.
	Break bool
}
