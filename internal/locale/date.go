package locale

import (
	"fmt"
	"strconv"
	"time"
)

var months = map[string][12]string{
	"es": {"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
	"pt": {"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
	"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
}

// Date writes the day of t, in t's own location, in full:
// "19 de noviembre de 2013", "1er mars 2014".
func Date(lang string, t time.Time) string {
	year, month, day := t.Date()
	lang = orFallback(lang)
	name := months[lang][month-1]
	switch lang {
	case "es":
		return fmt.Sprintf("%d de %s de %d", day, name, year)
	case "pt":
		return fmt.Sprintf("%s de %s de %d", ordinalFirst(day, "º"), name, year)
	case "fr":
		return fmt.Sprintf("%s %s %d", ordinalFirst(day, "er"), name, year)
	}
	return fmt.Sprintf("%d %s %d", day, name, year)
}

// Month writes the month of t: "junio de 2016".
func Month(lang string, t time.Time) string {
	lang = orFallback(lang)
	name := months[lang][t.Month()-1]
	if lang == "es" || lang == "pt" {
		return fmt.Sprintf("%s de %d", name, t.Year())
	}
	return fmt.Sprintf("%s %d", name, t.Year())
}

// DateTime writes the moment t in UTC and says so:
// "19 November 2013, 14:03 UTC".
func DateTime(lang string, t time.Time) string {
	t = t.UTC()
	return Date(lang, t) + ", " + t.Format("15:04") + "\u00a0UTC"
}

// ordinalFirst writes the first of a month as an ordinal, as Portuguese and
// French do, and the other days as plain numbers.
func ordinalFirst(day int, suffix string) string {
	if day == 1 {
		return "1" + suffix
	}
	return strconv.Itoa(day)
}

func orFallback(lang string) string {
	if Known(lang) {
		return lang
	}
	return Fallback
}
