package mail

import "strings"

// InviteData is what an organisation reads that is asked to sign.
type InviteData struct {
	Letter        string // the letter's title
	LetterLang    string // its language, if it is not the message's; may be empty
	Name          string // of the organisation
	Until         string // until when it can be signed, written out; "" for no end
	Embargo       string // when it becomes public, written out; "" when it is, or nobody knows
	Contact       string // how to reach the coalition; empty: by answering the message
	InvitationURL string // the page of this invitation alone; the link holds the token
}

// Invite asks an organisation to sign a letter.
func Invite(d InviteData, lang string) (*Message, error) { return d.write("sign-invitation", lang) }

// Remind asks once more, where no answer came.
func Remind(d InviteData, lang string) (*Message, error) { return d.write("sign-reminder", lang) }

func (d InviteData) write(kind, lang string) (*Message, error) {
	return sheet{
		kind: kind, lang: lang, letter: d.Letter,
		facts: []fact{
			{label: "letter", value: d.Letter, lang: d.LetterLang},
			{label: "for", value: d.Name},
			{label: "until", value: d.Until, lang: lang, optional: true},
			{label: "embargo", value: d.Embargo, lang: lang, optional: true},
		},
		button:  link{"InvitationURL", d.InvitationURL},
		contact: strings.TrimSpace(d.Contact),
	}.write()
}
