package mail

import "strings"

// RefusedData is what the message about a signature that was not listed says.
type RefusedData struct {
	Letter     string   // the letter's title
	LetterLang string   // its language, if it is not the message's; may be empty
	Name       string   // in whose name it was signed
	Why        []string // what was doubted, a sentence each
	Note       string   // what the coalition writes to the signer; may be empty
	Contact    string   // how to reach the coalition; empty: by answering the message
	OwnURL     string   // the signer's own page; the link holds the token
	LetterURL  string   // the letter's public page
}

// Refused says that a person decided against listing a signature, why, that
// nothing is lost, and whom to ask.
func Refused(d RefusedData, lang string) (*Message, error) {
	facts := []fact{
		{label: "letter", value: d.Letter, lang: d.LetterLang},
		{label: "name", value: d.Name},
	}
	for _, why := range d.Why {
		facts = append(facts, fact{label: "why", value: why, lang: lang})
	}
	return sheet{
		kind: "refused", lang: lang, letter: d.Letter,
		facts:   append(facts, fact{label: "note", value: d.Note, optional: true}),
		button:  link{"OwnURL", d.OwnURL},
		also:    link{"LetterURL", d.LetterURL},
		contact: strings.TrimSpace(d.Contact),
	}.write()
}
