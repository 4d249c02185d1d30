package mail

// OwnPageData is what a message says that leads a signer to their own page.
type OwnPageData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// Recorded tells a signer what the coordinator recorded in their name.
func Recorded(d OwnPageData, lang string) (*Message, error) { return d.write("recorded", lang) }

// Revised tells a signer that the text has a newer version, and that their
// signature stays with the one they signed until they consent to it.
func Revised(d OwnPageData, lang string) (*Message, error) { return d.write("revised", lang) }

func (d OwnPageData) write(kind, lang string) (*Message, error) {
	return sheet{
		kind: kind, lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL},
	}.write()
}
