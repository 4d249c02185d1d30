package mail

// RecordedData is what the message about a signature that the coordinator recorded says.
type RecordedData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// Recorded tells a signer what the coordinator recorded in their name, and
// brings the link to their own page.
func Recorded(d RecordedData, lang string) (*Message, error) {
	return sheet{
		kind: "recorded", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL},
	}.write()
}
