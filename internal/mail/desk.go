package mail

// Invitation invites somebody to work at the desk: enterURL lets them in, once.
func Invitation(enterURL, lang string) (*Message, error) {
	return sheet{kind: "invitation", lang: lang, button: link{"EnterURL", enterURL}}.write()
}

// Enter brings a link that somebody who works at the desk asked for.
func Enter(enterURL, lang string) (*Message, error) {
	return sheet{kind: "enter", lang: lang, button: link{"EnterURL", enterURL}}.write()
}
