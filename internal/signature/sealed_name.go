package signature

import "pliego/internal/locale"

// SealedName is what stands in the place of a sealed signature's name; where its
// country is shown, that stands beside it.
func (s *Signature) SealedName(lang string) string {
	switch {
	case s.Kind == Person && s.Public.Country != "":
		return locale.T(lang, "list.sealed_person_of")
	case s.Kind == Person:
		return locale.T(lang, "list.sealed_person")
	case s.Public.Country != "":
		return locale.T(lang, "list.sealed_organisation_of")
	}
	return locale.T(lang, "list.sealed_organisation")
}
