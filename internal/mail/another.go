package mail

// AnotherData is what the message says when an address with which a person has
// signed is given for a person once more.
type AnotherData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Signed     string // who has signed
	SignedOn   string // when, written out in the message's language
	Name       string // in whose name somebody asks to sign now
	OwnURL     string // the own page of who has signed; the link holds the token
	ConfirmURL string // the page on which another person confirms; likewise
	Expires    string // until when that link lives, written out in the message's language
	Paused     bool   // the letter takes more than can be checked
}

// Another tells the owners of an address, and nobody else, that it has signed
// already, and lets another person who shares it sign too.
func Another(d AnotherData, lang string) (*Message, error) {
	return sheet{
		kind: "another", lang: lang, letter: d.Letter, paused: d.Paused,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "signed", value: d.Signed},
			{label: "signed_on", value: d.SignedOn, lang: lang},
			{label: "asks", value: d.Name},
			{label: "expires", value: d.Expires, lang: lang},
		},
		button: link{"OwnURL", d.OwnURL},
		also:   link{"ConfirmURL", d.ConfirmURL},
	}.write()
}
