package reading

import "strings"

// onBehalf are the words by which who signs names the organisation.
var onBehalf = strings.Split("on behalf of |en nombre y representación de |en nombre de |en representación de |em nome de |au nom de |pour |por |pela |pelo |pel' |for |p/ |p. ", "|")

// signedFor reads "Pour l'Association Exemple : Jean Robert, président" and
// "For Example Trust – Ann Smith": the organisation and who signed for it.
func signedFor(s string) (organisation, signer string, ok bool) {
	for _, words := range onBehalf {
		if len(s) <= len(words) || !strings.EqualFold(s[:len(words)], words) {
			continue
		}
		rest := s[len(words):]
		for _, article := range []string{"la ", "el ", "las ", "los ", "le ", "les ", "l'", "l’", "a ", "o ", "the "} {
			if strings.HasPrefix(rest, article) {
				rest = rest[len(article):]
				break
			}
		}
		for _, sign := range []string{" : ", ": ", " – ", " — ", " - ", ", "} {
			if i := strings.LastIndex(rest, sign); i > 0 && beginsWithName(rest[i+len(sign):]) && (sign != ", " || honorific(rest[i+2:])) {
				return strings.TrimSpace(rest[:i]), rest[i+len(sign):], true
			}
			if head, tail, found := strings.Cut(rest, sign); found && personAndRole(tail) {
				return strings.TrimSpace(head), tail, true
			}
		}
		return rest, "", true
	}
	return s, "", false
}

func signsFor(it *item) bool {
	_, signer, ok := signedFor(it.text)
	return ok && signer != "" && it.cells == nil && it.below == nil
}

// readSigned reads an organisation with who signed for it below; a country may
// stand on a line of its own there.
func (l *Letter) readSigned(s *Signatory, it *item, coded bool) {
	it.text, _, _ = signedFor(it.text)
	l.readOne(s, it, false, coded)
	for _, text := range it.below {
		e := entry{basis: None}
		if s.CountryBasis != Stated && e.countryIn(text) && e.basis == Stated {
			s.Country, s.CountryBasis = e.country.Alpha2, Stated
		}
	}
}

// isPersons reports a person's entry among organisations: one with a title, a
// known role or an identity card's number.
func isPersons(s string) bool {
	if honorific(s) {
		return looksPersonal(s)
	}
	if rest, found := cutIdentity(s); found {
		return beginsWithName(rest)
	}
	name, rest, sep, ok := firstSeparator(s)
	return ok && sep == "," && len(strings.Fields(name)) < 5 && personsName(name) && beginsLower(rest) && isRole(rest)
}
