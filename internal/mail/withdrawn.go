package mail

// WithdrawnData is what the message after a withdrawal says.
type WithdrawnData struct {
	Letter      string // the letter's title
	LetterLang  string // its language, if it is not the message's; may be empty
	Name        string // in whose name it was signed; empty when it has been erased
	Number      string // its number, written as the language groups it; empty when it had none
	WithdrawnOn string // the day, written out in the message's language
	LetterURL   string // the letter's public page
}

// Withdrawn says that a signature was withdrawn.
func Withdrawn(d WithdrawnData, lang string) (*Message, error) {
	return sheet{
		kind: "withdrawn", lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name, optional: true},
			{label: "number", value: d.Number, optional: true},
			{label: "withdrawn_on", value: d.WithdrawnOn, lang: lang},
		},
		button: link{"LetterURL", d.LetterURL},
	}.write()
}
