package mail

// SignedData is what the message after a confirmation says.
type SignedData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	Number     string // the registration number, written out; empty while there is none
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// Signed thanks for a confirmed signature and brings the link to the signer's
// own page, which is the key to the signature.
func Signed(d SignedData, lang string) (*Message, error) {
	return sheet{
		kind: "signed", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
			{label: "number", value: d.Number, optional: true},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL},
	}.write()
}
