package reading

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// readHead reads title, date, publisher and addressee out of what stands
// before the letter's text, or at its end, and returns the text without them.
func (l *Letter) readHead(src *source, units []unit) []unit {
	start := bodyStart(units)
	taken := make([]bool, len(units))
	l.readTitle(src, units, start, taken)
	l.readDate(src, units, start, taken)
	l.readPublisher(src, units, start, taken)
	l.readAddressee(units, start, taken)
	var body []unit
	for i := range units {
		if !taken[i] && !(i < start && isByline(units[i].text)) {
			body = append(body, units[i])
		}
	}
	return body
}

// bodyStart finds the first unit of the letter's text: the salutation or the
// first sentence.
func bodyStart(units []unit) int {
	for i := range units {
		u := &units[i]
		if namesLetter(u.text) && !endsSentence(u.text) {
			continue // a title, however long
		}
		if salutes(u.text) || u.kind != heading && u.kind != row && (isProse(u.text) || len(words(u.text)) > 25) {
			return i
		}
	}
	return len(units)
}

var salutations = set(`dear estimado estimada estimados estimadas distinguido distinguida distinguidos distinguidas prezado prezada prezados prezadas
	caro cara caros caras cher chere chers cheres excelentisimo excelentisima excelentisimos excelentissimo excelentissima excelentissimos excelentissimas
	honorables honorable ilustre ilustres ilustrissimo ilustrissima apreciado apreciada apreciados`)

// salutes reports a salutation: "Dear Ministers,", "Estimada Ministra:",
// "Madame la Ministre,".
func salutes(s string) bool {
	w := words(s)
	if len(w) == 0 || len(w) > 14 {
		return false
	}
	ended := strings.HasSuffix(s, ",") || strings.HasSuffix(s, ":")
	if salutations[w[0]] {
		return ended || len(w) <= 4 && w[0] != "honorable" && w[0] != "cara" && w[0] != "caras"
	}
	switch w[0] {
	case "excellencies", "excellences", "excellence", "excellency", "excelencias", "excelencia", "madame", "monsieur", "mesdames", "messieurs", "senor", "senora", "senores", "senoras", "senhor", "senhora", "senhores", "senhoras", "vossa", "your", "a", "to":
		return ended && (w[0] != "a" && w[0] != "to" || len(w) > 1 && (w[1] == "quien" || w[1] == "whom" || w[1] == "quem"))
	case "de":
		return len(w) > 2 && w[1] == "nuestra" && w[2] == "consideracion"
	}
	return false
}

// letterNames are the words for a letter and its like that titles have.
var letterNames = []string{"open letter", "joint letter", "public letter", "letter to", "carta abierta", "carta publica", "carta conjunta", "carta aberta",
	"lettre ouverte", "lettre conjointe", "carta a", "carta de", "statement", "joint statement", "declaracion", "declaracao", "declaration", "comunicado", "communique",
	"pronunciamiento", "manifiesto", "manifesto", "manifeste", "petition", "peticion", "peticao", "llamamiento", "llamado", "call to", "appel", "nota publica", "posicionamiento", "carta dirigida", "tribune"}

// namesLetter reports a short text that names itself a letter, as titles do.
func namesLetter(s string) bool {
	w := words(s)
	if len(w) < 2 || len(w) > 30 || endsSentence(s) && !strings.HasSuffix(s, "!") && !strings.HasSuffix(s, "?") && len(w) > 12 {
		return false
	}
	key := " " + strings.Join(w[:min(len(w), 5)], " ") + " "
	for _, n := range letterNames {
		if strings.Contains(key, " "+n+" ") {
			return true
		}
	}
	return false
}

func (l *Letter) readTitle(src *source, units []unit, start int, taken []bool) {
	best, bestScore := -1, 0.0
	for i := 0; i < min(len(units), start+3, 60); i++ {
		u := &units[i]
		w := len(words(u.text))
		label, _ := labelled(u.text)
		about := label == subjectLabel // below the salutation as well
		if u.kind == row || u.text == "" || w == 0 || w > 40 || salutes(u.text) || i > start && u.kind != heading && !about && !titleBelow(u) {
			continue
		}
		if dateOnly(u.text) || label == toLabel || label == publisherLabel || label == dateLabel || u.kind != heading && isByline(u.text) || i >= start && u.kind != heading && !about && !titleBelow(u) {
			continue
		}
		score := 1.0
		switch {
		case u.kind == heading && u.level == 1:
			score += 4
		case u.kind == heading:
			score += 2
		case u.bold():
			score += 1.5
		case shouted(u.text):
			score++
		}
		if namesLetter(u.text) {
			score += 4
		}
		if label == subjectLabel {
			score += 2
		}
		if w >= 4 {
			score++
		}
		if i == 0 && u.kind != heading && !namesLetter(u.text) {
			score -= 0.5 // often the letterhead
		}
		score -= float64(i) * 0.05
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if best >= 0 && (bestScore >= 3 || src.meta.title == "") {
		if k := best + 1; k < start && onlyKind(units[best].text) && mayTitle(&units[k]) {
			taken[best] = true
			best = k
		}
		u := &units[best]
		l.Title = u.text
		if label, rest := labelled(u.text); label == subjectLabel {
			l.Title = rest
		}
		taken[best] = true
		// A title broken in two lines goes on in the next.
		for j := best + 1; j < min(start, best+6) && !units[j].gap && units[j].kind == u.kind && (u.kind == heading || shouted(u.text) == shouted(units[j].text)) &&
			!dateOnly(units[j].text) && !isByline(units[j].text) && (endsOpen(l.Title) || beginsLower(units[j].text) || shouted(u.text)); j++ {
			l.Title += " " + units[j].text
			taken[j] = true
		}
		l.Title = strings.TrimSpace(strings.TrimRight(l.Title, ":"))
		l.Title = strings.TrimSuffix(l.Title, ".")
	}
	if l.Title == "" {
		l.Title = src.meta.title
	}
	if l.Title == "" {
		l.warn(0, "no title was found")
	}
}

// onlyKind reports a line that says what kind of text follows and no more:
// "COMUNICADO Y CARTA PÚBLICA".
func onlyKind(s string) bool {
	for _, w := range words(s) {
		if !kindWords[w] {
			return false
		}
	}
	return true
}

var kindWords = set(`open public joint letter statement press release carta abierta aberta publica conjunta comunicado prensa imprensa nota declaracion declaracao
	declaration lettre ouverte publique conjointe communique presse pronunciamiento manifiesto manifesto manifeste petition peticion y e et and de of a`)

// mayTitle reports a line that can be a title below the kind of text.
func mayTitle(u *unit) bool {
	s := u.text
	n := len(words(s))
	label, _ := labelled(s)
	return u.gap && u.kind != row && u.mark.style == noMark && n >= 3 && n <= 25 && label == noLabel && !putTo(s) && !addresses(s) && !dateOnly(s) && !salutes(s) && !isByline(s) &&
		!toWords[words(s)[0]] && !strings.HasSuffix(s, ",")
}

// titleBelow reports a title that stands below the salutation: it names itself
// a letter and is set in capitals or bold.
func titleBelow(u *unit) bool {
	return u.gap && namesLetter(u.text) && (shouted(u.text) || u.bold())
}

func beginsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ToLower(string(r)) == string(r) && strings.ToUpper(string(r)) != string(r)
}

// The labels that heads of letters use.
const (
	noLabel = iota
	toLabel
	publisherLabel
	subjectLabel
	dateLabel
)

var labels = func() map[string]int {
	m := map[string]int{}
	for label, list := range map[int]string{
		toLabel:        "to|addressed to|attn|attention|a|para|dirigida a|dirigido a|at|ao|aos|a atencao de|a la atencion de|destinatario|destinatarios|destinatarias|a l attention de|destinataire|destinataires|al",
		publisherLabel: "published by|publisher|source|publicado por|publicada por|publica|fuente|fonte|publie par|publiee par|editeur|from|de|remite|remitente|issued by|emitido por|emite",
		subjectLabel:   "subject|re|ref|asunto|referencia|assunto|objet|objeto|tema|title|titulo|titre",
		dateLabel:      "date|fecha|data|published|published on|publicado|publicado el|publicado em|publie le|fecha de publicacion",
	} {
		for s := range strings.SplitSeq(list, "|") {
			m[s] = label
		}
	}
	return m
}()

// labelled reads "Subject: …", "Para: …", "Asunto: …".
func labelled(s string) (label int, rest string) {
	head, rest, ok := strings.Cut(s, ":")
	if !ok || len(head) > 30 {
		return noLabel, s
	}
	return labels[strings.Join(words(head), " ")], strings.TrimSpace(rest)
}

// dateOnly reports a line that gives a date and at most a place.
func dateOnly(s string) bool {
	return dateOf(s).iso != "" && len(words(s)) <= 12 && !namesLetter(s)
}

// isByline reports what a web page prints around a title.
func isByline(s string) bool {
	w := words(s)
	if len(w) == 0 || len(w) > 8 {
		return false
	}
	return bylines[w[0]] || strings.Count(s, "|") > 1
}

var bylines = set("by por share compartir partager compartilhar print imprimir imprimer updated actualizado home inicio accueil")

func (l *Letter) readDate(src *source, units []unit, start int, taken []bool) {
	at, found := 0, dated{}
	look := func(i int) bool {
		u := &units[i]
		if n := len(words(u.text)); found.iso != "" || u.kind == row || n > 14 && (i >= start || n > 30) {
			return false
		}
		d := dateOf(u.text)
		if d.iso == "" {
			return false
		}
		if label, _ := labelled(u.text); dateOnly(u.text) || label == dateLabel {
			taken[i] = taken[i] || !namesLetter(u.text)
		}
		at, found = u.at, d
		return true
	}
	for i := 0; i < min(len(units), start+1); i++ {
		if look(i) {
			break
		}
	}
	if found.iso == "" {
		if d := dateOf(src.meta.date); d.iso != "" {
			found = d
		}
	}
	for i := len(units) - 1; i > start && i > len(units)-12 && found.iso == ""; i-- {
		look(i)
	}
	if found.iso == "" { // a short line between
		for i := start; i < len(units); i++ {
			if dateOnly(units[i].text) && len(words(units[i].text)) <= 8 && look(i) {
				break
			}
		}
	}
	if found.iso == "" {
		for _, i := range []int{start, len(units) - 1} { // "…, on 5 June 2020." in the first or last sentence
			if i >= 0 && i < len(units) {
				if d := dateOf(units[i].text); d.iso != "" && len(words(units[i].text)) <= 40 {
					found, at = d, units[i].at
					l.warn(at, "the date %s was taken from a sentence", d.iso)
					break
				}
			}
		}
	}
	l.Date = found.iso
	switch {
	case found.iso == "":
		l.warn(0, "no date was found")
	case found.ambiguous:
		l.warn(at, "the date may mean two days; it was read day first, as %s", found.iso)
	}
}

func (l *Letter) readPublisher(src *source, units []unit, start int, taken []bool) {
	title := slices.Index(taken, true)
	for i := 0; i < min(start, len(units)); i++ {
		if label, rest := labelled(units[i].text); label == publisherLabel && rest != "" && !taken[i] {
			l.Publisher, taken[i] = rest, true
			return
		}
	}
	// A letterhead: the first line, above the title.
	if title > 0 && len(units) > 0 && !taken[0] && units[0].kind != row && units[0].mark.style == noMark {
		s := units[0].text
		label, _ := labelled(s)
		if n := len(words(s)); n > 0 && n <= 14 && !dateOnly(s) && !salutes(s) && label == noLabel && !isByline(s) && !strings.HasSuffix(s, ",") && !addresses(s) {
			l.Publisher, taken[0] = s, true
			return
		}
	}
	l.Publisher = src.meta.site
}

// addresses reports a line of an address: an office, or "Present", perhaps
// after "to the".
func addresses(s string) bool {
	w := words(s)
	for len(w) > 1 && (toWords[w[0]] || leadingArticles[w[0]]) {
		w = w[1:]
	}
	return len(w) > 0 && offices[w[0]]
}

var toWords = set("to al a ao aos as au aux para")

// withoutTo takes "to the" off the beginning of an address.
func withoutTo(s string) string {
	f := strings.Fields(s)
	if len(f) < 2 || !toWords[strings.Join(words(f[0]), "")] {
		return s
	}
	for f = f[1:]; len(f) > 1 && leadingArticles[strings.ToLower(f[0])]; f = f[1:] {
	}
	return strings.Join(f, " ")
}

var offices = set(`minister ministers ministro ministra ministros ministras ministerio ministry ministre ministres ministere senor senora senores senoras
	senhor senhora sr sra srs sres mr mrs ms president presidente presidenta secretary secretario secretaria excelentisimo excelentissimo exmo exma excmo excma
	honorable hon presente governor gobernador gobernadora governador his her son monsieur madame commissioner comisionado dip sen`)
