// Package locale speaks the four languages of Pliego: it chooses one for a
// reader, holds every sentence of the interface, and writes dates, numbers and
// lists as each language does.
//
// The messages lie in messages/*.json, one file a language. Keys in code and
// templates are always literals, so that a test can tell which are missing
// and which nobody uses.
package locale

import (
	"strings"

	"golang.org/x/text/language"
)

// Languages are the codes of the languages that every page exists in, in the
// order in which pages list them.
var Languages = []string{"es", "pt", "en", "fr"}

// Fallback is the language of a reader who asked for none of Languages, and
// of a message that is missing in another.
const Fallback = "en"

var names = map[string]string{"es": "Español", "pt": "Português", "en": "English", "fr": "Français"}

// Known tells whether lang is one of Languages.
func Known(lang string) bool {
	_, ok := names[lang]
	return ok
}

// Name is the language's name in that language itself ("Português"). Of a
// language that is not one of Languages it gives the code back.
func Name(lang string) string {
	if name, ok := names[lang]; ok {
		return name
	}
	return lang
}

// NameIn is the name of the language of in the language lang: "inglés" for
// NameIn("es", "en"). Of a language that is not one of Languages it gives the
// code back.
func NameIn(lang, of string) string {
	if key, ok := nameKeys[of]; ok {
		return T(lang, key)
	}
	return of
}

var nameKeys = map[string]string{"es": "language.es", "pt": "language.pt", "en": "language.en", "fr": "language.fr"}

// The regions matter: they are what a Latin American and a Brazilian reader
// is matched with.
var matcher = language.NewMatcher([]language.Tag{
	language.English, language.LatinAmericanSpanish, language.BrazilianPortuguese, language.French,
})

var matched = []string{"en", "es", "pt", "fr"}

// maxAcceptLanguage bounds the header read by Match, in bytes; browsers send
// fewer than a hundred.
const maxAcceptLanguage = 1024

// Match chooses one of Languages by an Accept-Language header. Near languages
// count, as CLDR sees them: a reader of Galician or Quechua is given Spanish.
// An empty, malformed or unmatched header gives Fallback.
func Match(acceptLanguage string) string {
	if len(acceptLanguage) > maxAcceptLanguage {
		acceptLanguage = acceptLanguage[:maxAcceptLanguage]
		if comma := strings.LastIndexByte(acceptLanguage, ','); comma >= 0 {
			acceptLanguage = acceptLanguage[:comma]
		}
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return Fallback
	}
	_, index, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return Fallback
	}
	return matched[index]
}
