package mail

// SealedData is what the message that asks to confirm a sealed signature says.
type SealedData struct {
	ConfirmURL string // the page with the button; the link holds the token
	Expires    string // until when the link lives, written out in the message's language
	DenyURL    string // the page to say "this was not me"
}

// Sealed asks the owner of an address to go on with what they began, and says no
// more: neither the letter, nor that something is signed, nor by whom. Whoever
// sees a mailbox, or its list of subjects, sees that a site was visited.
func Sealed(d SealedData, lang string) (*Message, error) {
	return sheet{
		kind: "sealed", lang: lang,
		facts:  []fact{{label: "expires", value: d.Expires, lang: lang}},
		button: link{"ConfirmURL", d.ConfirmURL},
		also:   link{"DenyURL", d.DenyURL},
	}.write()
}
