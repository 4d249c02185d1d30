package reading

import "strings"

// functionWords are frequent small words of the four languages, by which a
// text's language is told and which are no content in a name.
var functionWords = map[string]string{
	"es": `el la los las un una unos unas de del al y e o u en con por para que se su sus lo le les es son no más como este esta
		estos estas esa ese nuestra nuestro nuestras nuestros sobre entre sin hasta desde a ante ya muy también ha han sido`,
	"pt": `o a os as um uma uns umas de do da dos das ao aos à às e ou em no na nos nas com por pelo pela pelos pelas para que se
		seu sua seus suas é são não mais como este esta estes estas essa esse nossa nosso nossas nossos sobre entre sem até desde já muito também foi`,
	"en": `the a an of to and or in on at by for with from that this these those is are be been was were not as it its our their
		we you have has had which who will would should must can may into between through under against all`,
	"fr": `le la les l d un une des de du au aux et ou en dans avec par pour que qui se sa son ses leur leurs ce cette ces est sont
		ne pas plus comme notre nos votre vos sur entre sans jusque depuis à il elle nous vous été ont a`,
}

var functionWord = func() map[string]bool {
	m := map[string]bool{}
	for _, list := range functionWords {
		for w := range strings.FieldsSeq(list) {
			m[w] = true
		}
	}
	return m
}()

var byLanguage = func() map[string]map[string]bool {
	m := map[string]map[string]bool{}
	for lang, list := range functionWords {
		m[lang] = set(list)
	}
	return m
}()

// languageOf tells the language of the letter's own text or, when that is too
// short, of all the file's.
func languageOf(body, all []unit) string {
	if lang := tellLanguage(body); lang != "" {
		return lang
	}
	return tellLanguage(all)
}

func tellLanguage(units []unit) string {
	counts := map[string]int{}
	budget := 20_000 // words; more would not change the verdict
	for i := range units {
		for w := range strings.FieldsFuncSeq(strings.ToLower(units[i].text), func(r rune) bool {
			return strings.ContainsRune(" \t.,;:()\"'’“”«»¿?¡!-–—/", r)
		}) {
			for lang, list := range byLanguage {
				if list[w] {
					counts[lang]++
				}
			}
			budget--
		}
		if budget < 0 {
			break
		}
	}
	best, second := "", ""
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		switch {
		case best == "" || counts[lang] > counts[best]:
			best, second = lang, best
		case second == "" || counts[lang] > counts[second]:
			second = lang
		}
	}
	if counts[best] < 5 || counts[best] == counts[second] {
		return ""
	}
	return best
}
