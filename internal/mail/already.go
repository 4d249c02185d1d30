package mail

// AlreadySignedData is what the message says when an address that has signed a
// letter is given for it again.
type AlreadySignedData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	SignedOn   string // the day of the signature, written out in the message's language
	OwnURL     string // the signer's own page; the link holds the token
	LetterURL  string // the letter's public page
}

// AlreadySigned tells the owner of an address, and nobody else, that it has
// signed already: the page on the web says the same to everyone.
func AlreadySigned(d AlreadySignedData, lang string) (*Message, error) {
	return sheet{
		kind: "already", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
			{label: "signed_on", value: d.SignedOn, lang: lang},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"LetterURL", d.LetterURL},
	}.write()
}
