package mail

// RevisedData is what the message about a newer version of a signed text says.
type RevisedData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// Revised tells a signer that the text has a newer version, and that their
// signature stays with the one they signed until they consent to it.
func Revised(d RevisedData, lang string) (*Message, error) {
	return sheet{
		kind: "revised", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL},
	}.write()
}
