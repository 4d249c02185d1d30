package reading

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pliego/internal/place"
)

// dated is a date found in a text.
type dated struct {
	iso       string // YYYY-MM-DD, or ""
	ambiguous bool   // day and month might be the other way round
}

var months = func() map[string]int {
	m := map[string]int{}
	for i, names := range []string{
		"january jan enero ene janeiro janvier janv", "february feb febrero fevereiro fev fevrier fevr", "march mar marzo marco mars",
		"april apr abril abr avril avr", "may mayo maio mai", "june jun junio junho juin", "july jul julio julho juillet juil",
		"august aug agosto ago aout", "september sep sept septiembre setiembre setembro set septembre", "october oct octubre outubro out octobre",
		"november nov noviembre novembro novembre", "december dec diciembre dic dezembro dez decembre",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = i + 1
		}
	}
	return m
}()

var (
	isoDate     = regexp.MustCompile(`(?:^|\D)((?:1[89]|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:$|\D)`)
	numericDate = regexp.MustCompile(`(?:^|\D)(\d{1,2})[-/.](\d{1,2})[-/.]((?:19|20)\d\d)(?:$|\D)`)
)

// dateOf reads the first date in a text: "19 Nov 2013", "3 de mayo de 2021",
// "le 1er mars 2020", "June 5th, 2020", "2020-06-05", "05/06/2020".
func dateOf(s string) dated {
	if len(s) > 2000 {
		s = s[:2000]
	}
	if !strings.ContainsAny(s, "0123456789") {
		return dated{}
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		if d := calendar(m[1], m[2], m[3]); d != "" {
			return dated{iso: d}
		}
	}
	if d := wordDate(s); d != "" {
		return dated{iso: d}
	}
	if m := numericDate.FindStringSubmatch(s); m != nil {
		day, month := m[1], m[2]
		if n, _ := strconv.Atoi(month); n > 12 {
			day, month = month, day
		}
		if d := calendar(m[3], month, day); d != "" {
			a, _ := strconv.Atoi(m[1])
			b, _ := strconv.Atoi(m[2])
			return dated{d, a <= 12 && b <= 12 && a != b}
		}
	}
	return dated{}
}

// wordDate reads a date with the month's name: day, month and year within a
// few words of each other, in either order.
func wordDate(s string) string {
	w := strings.Fields(place.Fold(s))
	for i, x := range w {
		month, ok := months[x]
		if !ok {
			continue
		}
		day, year := 0, ""
		for j := i - 1; j >= max(0, i-2) && day == 0; j-- { // "3 de mayo", "1st of June"
			day = dayOf(w[j])
			if day == 0 && w[j] != "de" && w[j] != "of" && w[j] != "o" {
				break
			}
			if w[j] == "o" && j > 0 && dayOf(w[j-1]) > 0 { // "1º" folds to "1 o" where typed so
				day = dayOf(w[j-1])
			}
		}
		after := i + 1
		if day == 0 && after < len(w) {
			if day = dayOf(w[after]); day > 0 {
				after++
				if after < len(w) && (w[after] == "st" || w[after] == "nd" || w[after] == "rd" || w[after] == "th") {
					after++
				}
			}
		}
		for j := after; j < min(len(w), after+3); j++ { // "de 2021", "del año 2021"
			if len(w[j]) == 4 && (strings.HasPrefix(w[j], "19") || strings.HasPrefix(w[j], "20")) && dayOf(w[j][2:]) >= 0 {
				year = w[j]
				break
			}
			if w[j] != "de" && w[j] != "del" && w[j] != "do" && w[j] != "of" && w[j] != "ano" {
				break
			}
		}
		if day > 0 && year != "" {
			if d := calendar(year, strconv.Itoa(month), strconv.Itoa(day)); d != "" {
				return d
			}
		}
	}
	return ""
}

// dayOf reads "3", "03", "1st", "1er", "1o"; 0 when it is no day.
func dayOf(w string) int {
	for _, suffix := range []string{"st", "nd", "rd", "th", "er", "ero", "ro", "o", "a"} {
		if rest, ok := strings.CutSuffix(w, suffix); ok && rest != "" && rest[len(rest)-1] <= '9' {
			w = rest
			break
		}
	}
	n, err := strconv.Atoi(w)
	if err != nil || n < 1 || n > 31 {
		if w == "primero" || w == "primeiro" || w == "premier" {
			return 1
		}
		return 0
	}
	return n
}

func calendar(year, month, day string) string {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || int(t.Month()) != m || t.Day() != d || y < 1800 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", y, m, d)
}
