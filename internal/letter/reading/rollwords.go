package reading

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// signatureStems begin the words by which lists of signatories are headed in
// the four languages.
var signatureStems = strings.Fields(`signator signatar signatair signed signatures undersigned endors cosign firman firmante firmas firmado
	firmada suscrib suscrit suscript adhesion adhier adher abajofirmante rubrican assinam assinad assinatura assinante subscrev subscrit soussign
	signe signent abaixoassinad cofirmante`)

// supportStems do so only in a short heading: they are common words otherwise.
var supportStems = strings.Fields(`supporters supported supporting apoyan apoyad respaldan avalan apoiam apoiador soutien soutenu`)

// askStems begin the verbs by which letters ask; a heading has none.
var askStems = strings.Fields(`urg call demand ask request recommend appeal exhort implor petition want propos
	pedimos piden pedir pide solicit exig instamos instan instar llamamos llaman demandamos recomend exhortamos requer reclam apel insta insist proponemos
	reivindic conclam defendemos cobramos cobram propomos pedem solicitam
	demandons demandent exigeons exigent appelons appellent exhortons prions recommand invitons invitent sollicit proposons reclamons`)

func hasStem(words []string, stems []string) bool {
	for _, w := range words {
		for _, s := range stems {
			if strings.HasPrefix(w, s) {
				return true
			}
		}
	}
	return false
}

// signatureWords reports that a text speaks of signing.
func signatureWords(s string) bool {
	if len(s) > 10_000 {
		s = s[:10_000]
	}
	return hasStem(words(s), signatureStems)
}

// heads reports a phrase that heads a list of signatories.
func heads(s string) bool {
	w := words(s)
	if len(w) == 0 || len(w) > 14 {
		return false
	}
	if !hasStem(w, signatureStems) && !(len(w) <= 6 && hasStem(w, supportStems)) {
		return false
	}
	for i, x := range w {
		// "The signatories call upon …" is a sentence; "call" as a noun late in a
		// heading ("Signatories of this call") is not.
		if i > 0 && hasStem([]string{x}, askStems) && !callNoun(w, i) {
			return false
		}
	}
	return !imperative[w[0]]
}

// callNoun reports that the word is a noun for the letter itself.
func callNoun(w []string, i int) bool {
	if i == 0 {
		return false
	}
	return determiners[w[i-1]]
}

var determiners = set("this the our el la este esta o a esse essa deste desta ce cet cette l le l of de do da al ao à open")

// sigHeading reads a unit that heads a list of signatories; inline is what
// follows it in the same paragraph: "Firman: A; B; C".
func sigHeading(u *unit) (inline string, ok bool) {
	if u.kind == row || u.mark.style == bullet && !u.bold() {
		return "", false
	}
	text := u.text
	if strings.Contains(text, "@") && len(text) < 200 {
		return "", false // "To sign, write to …"
	}
	head, tail, colon := strings.Cut(text, ":")
	if colon && heads(head) {
		if tail = strings.TrimSpace(tail); tail == "" {
			return "", true
		}
		if strings.ContainsAny(tail, ";·•|,") || !isProse(tail) {
			return tail, true
		}
		return "", false
	}
	if u.kind != heading && strings.HasSuffix(text, ".") && len(words(text)) > 5 {
		return "", false
	}
	if u.kind != heading && !u.bold() && len(words(text)) > 9 {
		return "", false
	}
	return "", !colon && heads(text)
}

// groupWords make up the headings of groups inside a roll, folded.
var groupWords = set(`organizacion organizaciones organizacoes organisation organisations organization organizations entidades entites
	institucion instituciones instituicoes institutions redes red networks network reseaux coaliciones coalizoes coalitions alianzas alliances aliancas plataformas
	platforms colectivos coletivos collectifs collectives movimientos movimentos movements mouvements sociales sociais social
	sindicatos unions syndicats universidades universities universites centros iglesias igrejas churches eglises academia academic
	nacional nacionales nacionais national nationals nationales nationaux internacional internacionales internacionais international internationales internationaux
	regional regionales regionais regionaux regionale global globales globais mundiales local locales locais locaux
	civil sociedad sociedade society societe gubernamentales ong ongs osc ngo ngos
	individual individuales individuais individuel individuels individuelles individuals individuos personas persons people pessoas personnes particuliers particulares
	personal pessoal personnel titulo titre capacity personalidades personalites personalities expertos expertas experts especialistas specialists academicos academicas academics
	universitaires intelectuales intelectuais artistas artists fisicas physiques
	signatarias signatarios signatories signataires firmantes firman undersigned abajo firmas adhesiones
	latinoamericanas latinoamericana latinoamericanos latino americanas europeas europeias caribenas africanas iberoamericanas andinas
	latin american european caribbean african regionals otros otras outros outras other others autres autre paises countries pays
	america americas latina caribe europa europe africa asia amerique caraibes central norte sur sul norteamerica centroamerica sudamerica suramerica north south
	convocantes convening convenors organizadoras promotoras co y e et and of de del do da des du in en em los las les the a à au aux o os as l la le
	country pais por par by non no estados region regions alcance ambito level nivel nivel niveau base territorial comunitarias community based
	sociedades societies asociaciones associacoes associations fundaciones fundacoes foundations fondations cientificas cientificos scientific scientifiques
	ambientales ambientais environmental campesinas estudiantiles estudantis student academicas nome nombre su their propio proprio
	based humanos derechos human rights direitos humanas mujeres women mulheres femmes indigenas indigenous juveniles youth`)

// groupNouns are those of which a group's heading has at least one.
var groupNouns = set(`organizaciones organizacoes organisations organizations entidades entites instituciones instituicoes institutions redes networks reseaux
	coaliciones coalizoes coalitions alianzas alliances plataformas platforms colectivos coletivos collectifs movimientos movimentos movements mouvements
	sindicatos syndicats universidades universities universites internacional internacionales internacionais international internationales internationaux
	regional regionales regionais regionaux global globales individuel particulier nacionales nacionais national nationales individual individuales individuais individuelles individuals individuos
	personas persons people pessoas personnes particuliers particulares personal pessoal personnel personalidades personalites expertos expertas experts
	especialistas academicos academicas academics universitaires intelectuales otros otras outros outras other others autres ongs ngos osc academia iglesias igrejas churches eglises
	sociedades societies asociaciones associacoes associations fundaciones fundacoes foundations fondations signatories signatarias firmantes signataires convocantes artistas artists unions`)

// plurals among them name several bodies at once, as no body is called.
var plurals = set(`organizaciones organizacoes organisations organizations entidades entites instituciones instituicoes institutions redes networks reseaux
	coaliciones coalizoes coalitions alianzas alliances plataformas platforms colectivos coletivos collectifs collectives movimientos movimentos movements mouvements
	sindicatos syndicats universidades universities universites ongs ngos oscs individuos individuals individuales personalidades personalites
	personas pessoas personnes particuliers particulares people sociedades societies asociaciones associacoes associations fundaciones fundacoes foundations`)

// personWords among them say that what follows are persons.
var personWords = set(`individual individuales individuais individuel individuels individuelles individuals individuos personas persons people pessoas personnes
	particuliers particulares personal pessoal personnel personalidades personalites personalities expertos expertas experts especialistas specialists academicos academicas
	academics universitaires intelectuales intelectuais artistas artists fisicas physiques`)

// group is what a heading inside the roll says of the entries below it.
type group struct {
	country place.Country
	stated  bool
	person  bool
}

// readGroup reads a phrase as a group's heading. form says that its look
// makes it a heading, so that unknown words in it do not matter.
func readGroup(text string, form bool) (group, bool) {
	text = strings.TrimRight(footnoteCount(text), " :.–—-")
	if text == "" || len(text) > 120 {
		return group{}, false
	}
	if c, ok := place.Parse(text); ok {
		return group{country: c, stated: true}, true
	}
	if i := strings.IndexAny(text, "/(,"); i > 0 && form && len(words(text[i:])) <= 5 { // "Somalia / Somaliland", "Tanzania (Zanzíbar)"
		if c, ok := place.Parse(strings.TrimSpace(text[:i])); ok {
			return group{country: c, stated: true}, true
		}
	}
	key := place.Fold(text)
	if regions[key] {
		return group{}, true
	}
	w := strings.Fields(key)
	g := group{}
	known, noun := 0, false
	for _, x := range w {
		if groupWords[x] {
			known++
		}
		noun = noun || groupNouns[x]
		g.person = g.person || personWords[x]
	}
	if g.person && len(w) > 0 && (w[0] == "organizaciones" || w[0] == "organisations" || w[0] == "organizations" || w[0] == "entidades") {
		g.person = false // "Organisations and individuals"
	}
	if known == len(w) && noun {
		return g, true
	}
	if strings.ContainsAny(text, "0123456789") {
		return g, false
	}
	for _, x := range w {
		if regions[x] && known*2 >= len(w) && !strings.ContainsAny(text, "(,") { // "México y Centroamérica"
			return g, true
		}
	}
	// "Organizaciones de Chile", "Organisations from Haiti".
	if c, ok := place.Within(text); ok && (form || noun) && known*2 >= len(w) && !strings.ContainsAny(text, "(,") {
		g.country, g.stated = c, true
		return g, true
	}
	return g, form && noun && len(w) <= 10
}

// plainlyGroup reports a phrase that can be nothing but a group's heading: all
// its words are such words, and it begins with what the entries are.
func plainlyGroup(text string) bool {
	w := words(strings.TrimRight(footnoteCount(text), " :.–—-"))
	if len(w) < 1 || len(w) > 10 {
		return false
	}
	person, capacity := false, false
	for _, x := range w {
		if !groupWords[x] {
			return false
		}
		person = person || personWords[x]
		capacity = capacity || x == "titulo" || x == "titre" || x == "capacity" || x == "nome" || x == "nombre"
	}
	if len(w) == 1 || person && capacity { // "À titre individuel"
		return person && capacity || plurals[w[0]]
	}
	return plurals[w[0]] || plurals[w[1]] && len(w) <= 3 || plurals[w[len(w)-1]] && len(w) <= 4
}

// footnoteCount takes the count of a group's entries off: "Chile (12)".
func footnoteCount(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexAny(s, "(["); i > 0 && strings.Trim(s[i:], "()[]0123456789: ") == "" {
		return strings.TrimSpace(s[:i])
	}
	return s
}

// imperative are the words by which a page's furniture after a roll begins.
var imperative = set(`download share print descargar descarga descargue compartir comparte imprimir baixar baixe compartilhar compartilhe telecharger partager imprimer
	click tweet subscribe read leer leia lire sign firma assine signez suscribete suscribase subscreva inscreva inscribase inscribete inscrivez abonnez`)

// notices begin what follows a roll: contacts, notes, annexes.
var notices = set(`contact contacts contacto contactos contato contatos press prensa imprensa presse media medios note notes nota notas annex anexo anexos
	annexe annexes references referencias about acerca sobre propos more mas mais plus source fuente fonte cc copyright tags related relacionados
	para for pour copia copias copie copies telefono telefone telephone tel email correo courriel`)

// furtherReading are phrases by which a page leads on to its other pages.
var furtherReading = phrases("a lire aussi|lire aussi|leia tambem|leia mais|veja tambem|lea tambien|lee tambien|tambien te puede interesar|te puede interesar|" +
	"entradas relacionadas|noticias relacionadas|articles similaires|related posts|related articles|read also|read more|you may also like|ver tambien|voir aussi|see also")

func phrases(list string) map[string]bool {
	m := map[string]bool{}
	for s := range strings.SplitSeq(list, "|") {
		m[s] = true
	}
	return m
}

// networksOf counts the social networks that a line names: two make it a line
// of links for sharing.
func networksOf(w []string) int {
	n := 0
	for _, x := range w {
		switch x {
		case "facebook", "twitter", "whatsapp", "linkedin", "telegram", "instagram", "mastodon", "bluesky", "pinterest", "reddit":
			n++
		}
	}
	return n
}

// ends reports a line after the roll that is none of its entries.
func ends(u *unit, marked bool) bool {
	w := words(u.text)
	if len(w) == 0 {
		return false
	}
	lower := strings.ToLower(u.raw())
	if isImprint(lower) {
		return true
	}
	if marked {
		return false
	}
	if strings.Contains(lower, "click here") || strings.Contains(lower, "haga clic") || strings.Contains(lower, "clique aqui") || strings.Contains(lower, "cliquez") {
		return true
	}
	networks := networksOf(w)
	if imperative[w[0]] && (len(w) <= 4 || len(w) <= 9 && !namesAfter(u.text) || networks > 0 || strings.Contains(lower, "http")) || networks > 1 {
		return true
	}
	if len(w) <= 4 && furtherReading[strings.Join(w, " ")] {
		return true
	}
	if notices[w[0]] && (len(w) <= 2 || u.headed() && len(w) <= 5 || strings.HasSuffix(u.text, ":") || strings.ContainsAny(u.text, "@") || strings.Contains(lower, "http") ||
		strings.Contains(lower, "www.") || strings.Contains(strings.Join(w[:min(5, len(w))], " "), "informa") || strings.Contains(firstWords(u.text, 4), ":")) {
		return true
	}
	if strings.Contains(u.text, "@") || strings.HasPrefix(lower, "http") || strings.HasPrefix(lower, "www.") {
		return true
	}
	if filePattern.MatchString(lower) || pagePattern.MatchString(lower) || phonePattern.MatchString(lower) {
		return true
	}
	if len(w) <= 7 && dateOf(u.text).iso != "" { // "Last updated 10 June 2022"
		return true
	}
	return closes(u.text) || placeOnly(u.text)
}

// filePattern and pagePattern are found in names of attached files and in
// notes that cite a page, phonePattern in addresses: no organisation is called so.
var (
	filePattern  = regexp.MustCompile(`\.(?:pdf|docx?|odt|zip|xlsx?)\b`)
	phonePattern = regexp.MustCompile(`\b(?:t[eé]l|t[eé]l[eé]fono|telefone|t[eé]l[eé]phone|phone|fax|cel|whatsapp)\.? ?:? ?[+(\d]`)
	pagePattern  = regexp.MustCompile(`\bpp?\. ?\d`)
)

// placeOnly reports a city and its country and nothing else: where a letter was
// written.
func placeOnly(s string) bool {
	city, country, ok := strings.Cut(s, ",")
	if !ok || !cities[place.Fold(city)] {
		return false
	}
	_, ok = place.Parse(strings.Trim(country, " ."))
	return ok
}

// namesAfter reports a capitalised word, and no acronym, after the first.
func namesAfter(s string) bool {
	_, rest, _ := strings.Cut(s, " ")
	for w := range strings.FieldsSeq(rest) {
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsUpper(r) && !inCapitals(w) && w != strings.ToUpper(w) {
			return true
		}
	}
	return false
}

// isImprint reports a page's last lines, in small letters: whose it is and
// when it was changed; and to whom copies of the letter go.
func isImprint(lower string) bool {
	for _, begin := range []string{"©", "c.c.", "c. c.", "c/c", "last updated", "last modified", "última actualización", "última atualização", "dernière mise à jour", "copyright"} {
		if strings.HasPrefix(lower, begin) {
			return true
		}
	}
	for _, part := range []string{"all rights reserved", "todos los derechos reservados", "todos os direitos reservados", "tous droits réservés"} {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

func firstWords(s string, n int) string {
	f := strings.Fields(s)
	return strings.Join(f[:min(n, len(f))], " ")
}

// closes reports a complimentary close: "Sincerely,", "Atentamente,".
func closes(s string) bool {
	w := words(s)
	if len(w) == 0 || len(w) > 9 {
		return false
	}
	if strings.HasSuffix(s, ",") && (slices.Contains(w, "yours") || len(w) < 7 && (w[0] == "pour" || w[0] == "por" || w[0] == "for" || w[0] == "pela" || w[0] == "pelo")) {
		return true
	}
	if strings.HasSuffix(s, ",") && slices.ContainsFunc(w, func(x string) bool { return len(x) > 9 && closers[x] }) {
		return true // "Saludan atentamente a Ud.,"
	}
	return closers[w[0]] || len(w) > 1 && closers[w[0]+" "+w[1]]
}

var closers = func() map[string]bool {
	m := map[string]bool{}
	for s := range strings.SplitSeq(`sincerely|respectfully|yours|with respect|with best|kind regards|best regards|in solidarity|regards|atentamente|cordialmente|respetuosamente|
		muy atentamente|sin otro|sin mas|saludamos|saludos|con respeto|fraternalmente|atenciosamente|respeitosamente|cordiais|saudacoes|com respeito|
		veuillez agreer|veuillez recevoir|cordialement|respectueusement|salutations|bien cordialement|dans l|nous vous|agradecemos|agradeciendo|thank you|merci|gracias|en espera|aguardamos`, "|") {
		m[strings.TrimSpace(s)] = true
	}
	return m
}()
