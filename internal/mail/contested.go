package mail

import "strings"

// ContestedData is what the message about a signature that was set aside says.
type ContestedData struct {
	OwnPageData
	Why     []string // what was doubted, a sentence each
	Contact string   // how to reach the coalition; empty: by answering the message
}

// Contested tells a signer that the organisation objects, that nothing is lost,
// and whom to ask.
func Contested(d ContestedData, lang string) (*Message, error) {
	facts := []fact{
		{label: "letter", value: d.Letter, lang: d.LetterLang},
		{label: "name", value: d.Name},
	}
	for _, why := range d.Why {
		facts = append(facts, fact{label: "why", value: why, lang: lang})
	}
	return sheet{
		kind: "contested", lang: lang, letter: d.Letter, facts: facts,
		button:  link{"OwnURL", d.OwnURL},
		also:    link{"LetterURL", d.LetterURL},
		contact: strings.TrimSpace(d.Contact),
	}.write()
}

// Restored tells a signer that the signature stands again.
func Restored(d OwnPageData, lang string) (*Message, error) {
	return d.write("restored", lang)
}
