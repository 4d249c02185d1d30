package mail

// ConfirmData is what the message that asks for a confirmation says.
type ConfirmData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name somebody asked to sign
	ConfirmURL string // the page with the button; the link holds the token
	Code       string // the same in digits to type, grouped: "482 913"
	Expires    string // until when the link lives, written out in the message's language
	DenyURL    string // the page to say "this was not me"
	Paused     bool   // the letter takes more than can be checked
}

// Confirm asks the owner of an address whether it was them who asked to sign.
func Confirm(d ConfirmData, lang string) (*Message, error) {
	return sheet{
		kind: "confirm", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
			{label: "expires", value: d.Expires, lang: lang},
		},
		button: link{"ConfirmURL", d.ConfirmURL},
		code:   d.Code,
		also:   link{"DenyURL", d.DenyURL}, paused: d.Paused,
	}.write()
}
