package mail

import "strings"

// NoticeData is what the messages to an organisation's public address about a
// signature in its name say.
type NoticeData struct {
	Letter     string // the letter's title
	LetterLang string // its language, if it is not the message's; may be empty
	Name       string // in whose name it was signed
	SignedOn   string // when, written out in the message's language
	Contact    string // how to reach the coalition; empty: by answering the message
	NoticeURL  string // where the organisation can object; the link holds the token
	LetterURL  string // the letter's public page
}

// Notice tells an organisation that it was signed in its name.
func Notice(d NoticeData, lang string) (*Message, error) { return d.write("notice", lang) }

// NoticeDecided tells an organisation that objected that the signature stands.
func NoticeDecided(d NoticeData, lang string) (*Message, error) {
	return d.write("notice-decided", lang)
}

func (d NoticeData) write(kind, lang string) (*Message, error) {
	return sheet{
		kind: kind, lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "name", value: d.Name},
			{label: "signed_on", value: d.SignedOn, lang: lang},
		},
		button:  link{"NoticeURL", d.NoticeURL},
		also:    link{"LetterURL", d.LetterURL},
		contact: strings.TrimSpace(d.Contact),
	}.write()
}
