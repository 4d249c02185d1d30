package mail

// WaitingData is what the message about a signature that waits for a person says.
type WaitingData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	Contact    string // how to reach the coalition; empty: by answering the message
	Paused     bool   // it waits only because the letter takes more than can be checked
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// Waiting says that a confirmed signature is kept, and that a person looks at it
// before it enters the list.
func Waiting(d WaitingData, lang string) (*Message, error) {
	return sheet{
		kind: "waiting", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL}, contact: d.Contact, paused: d.Paused,
	}.write()
}
