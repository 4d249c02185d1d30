package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// bareAcronym takes quotes and a final stop off what may be an acronym.
func bareAcronym(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "\"“”«»'‘’*")
	if strings.Count(s, ".") == 1 {
		s = strings.TrimSuffix(s, ".")
	}
	return strings.TrimSpace(s)
}

// inCapitals reports a word that by its look alone is an acronym: "CELS",
// "FEDDH-RJ", "C.E.L.S.", "IDHeas", "ProDESC".
func inCapitals(s string) bool {
	if strings.ContainsAny(s, " \t,;:()@") || utf8.RuneCountInString(s) > 18 || s == "" {
		return false
	}
	upper, letters := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			upper++
			letters++
		case unicode.IsLetter(r):
			letters++
		case !unicode.IsDigit(r) && !strings.ContainsRune("-.&/+'’_", r):
			return false
		}
	}
	return upper >= 2 && upper*5 >= letters*2 && !notAcronym[strings.ToLower(s)] && !isLegalForm(s) && !isOrdinal(s)
}

func isLegalForm(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return legalForms[s] || legalForms[strings.TrimSuffix(s, ".")] || legalForms[strings.ReplaceAll(s, ".", "")] ||
		legalForms[strings.ReplaceAll(s, " ", "")]
}

// isOrdinal reports a roman number, which in capitals looks like an acronym.
func isOrdinal(s string) bool {
	return len(s) < 7 && strings.Trim(s, "IVX") == "" && romanValue(s) > 0
}

// notAcronym are words in capitals that stand for something else: kinds of
// organisation, cities and federal units.
var notAcronym = set(`ong osc ngo ngos oscs cdmx caba d.f. df cso csos npo sp rj mg rs sc pr ba pe ce df go es
	washington tx ny ca dc d.c. d.c n.y. ny. nyc`)

// spells gives the share of an acronym's letters that the beginnings of the
// name's words spell in order: "Insgenar" has Ins(tituto) and gén(ero).
func spells(acronym, name string) float64 {
	a := []rune(strings.ReplaceAll(place.Fold(acronym), " ", ""))
	w := strings.Fields(place.Fold(name))
	if len(a) == 0 || len(a) > 20 || len(w) > 60 {
		return 0
	}
	// best[i]: the most letters of a[:i] spelt by the words so far.
	best := make([]int, len(a)+1)
	for _, word := range w {
		r := []rune(word)
		next := append([]int(nil), best...)
		for i := range a {
			for n := 1; n <= min(5, len(r), len(a)-i) && r[n-1] == a[i+n-1]; n++ {
				for j := i + n; j <= len(a); j++ {
					next[j] = max(next[j], best[i]+n)
				}
			}
		}
		best = next
	}
	return float64(best[len(a)]) / float64(len(a))
}

// unsayable reports a word that cannot be one of the four languages, by the
// consonants at its end: "Prodh".
func unsayable(s string) bool {
	f := place.Fold(s)
	if len(f) < 3 {
		return false
	}
	end := f[len(f)-2:]
	return !strings.ContainsAny(end, "aeiouy ") && !sayableEnds[end]
}

var sayableEnds = set(`ns nt nd rs rt rd rk rn rm rg ls lt ld lm ll ss st sk ck ct ch sh th ng nk nx ts ps ds ms ks gs ft mp pt gn rc nc nz tz rz ff bs hs xt rl ws wn wl rb lf lk sm gh ph`)

// spelt reports a word in capitals that a name's beginnings spell in full, and
// that therefore is its acronym even where it might be a country's: "Instituto
// Rede Aberta (IRA)".
func spelt(s, name string) bool {
	return utf8.RuneCountInString(s) >= 3 && s == strings.ToUpper(s) && !strings.ContainsAny(s, " .") && !shouted(name) && spells(s, name) >= 0.99
}

// takesAcronym judges whether s, set apart from name, is its acronym: how is
// the separator before s, or "(" in brackets.
func takesAcronym(s, name, how string) (string, bool) {
	s = bareAcronym(s)
	if s == "" || name == "" || isLegalForm(s) {
		return "", false
	}
	if spelt(s, name) || how == "(" && len(s) == 2 && isOrdinal(s) && spells(s, name) >= 0.99 {
		return s, true
	}
	if _, country := place.Parse(s); country {
		return "", false
	}
	if first, rest, ok := strings.Cut(s, " "); ok && how != "," && how != ":" && inCapitals(first) && len(words(rest)) < 4 && spells(first, name) >= 0.6 &&
		strings.Contains(" "+place.Fold(name)+" ", " "+place.Fold(rest)+" ") {
		return s, true // "Diretório Central dos Estudantes do Agreste – DCE Agreste"
	}
	share := spells(s, name)
	if inCapitals(s) {
		switch {
		case shouted(name): // all is in capitals: the look says nothing
			return s, share >= 0.5
		case how == ",":
			return s, share >= 0.4 && utf8.RuneCountInString(s) >= 3
		case how == ":":
			return s, share >= 0.4
		}
		return s, true
	}
	if notAcronym[strings.ToLower(s)] && share >= 0.99 && len([]rune(s)) > 1 && s == strings.ToUpper(s) && how == "(" {
		return s, true
	}
	if notAcronym[strings.ToLower(s)] && s == strings.ToUpper(s) { // "São Paulo/SP"
		return "", false
	}
	// One capitalised word, such as "Prodh" or "Insgenar", of a name of several.
	first, size := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) || strings.ContainsAny(s, " .,;:/") || strings.ToLower(s[size:]) != s[size:] && share < 0.5 ||
		len(strings.Fields(name)) < 3 || how == "," || how == ":" || cities[place.Fold(s)] || utf8.RuneCountInString(s) > 14 {
		return "", false
	}
	return s, share >= 0.6 || share >= 0.4 && unsayable(s)
}

// cities are large cities of the countries whose letters are read, folded: in
// brackets or after a dash they look like an acronym made of a name's parts.
var cities = func() map[string]bool {
	m := map[string]bool{}
	for name := range strings.SplitSeq(`Lima|Quito|Bogotá|Caracas|Santiago|Montevideo|Asunción|La Paz|Sucre|Brasilia|São Paulo|Rio de Janeiro|Recife|Salvador|
		Belém|Manaus|Fortaleza|Curitiba|Natal|Goiânia|Campinas|Niterói|Olinda|Porto Alegre|Belo Horizonte|Buenos Aires|Córdoba|Rosario|Mendoza|
		La Plata|Salta|Tucumán|Neuquén|Posadas|Paraná|Cochabamba|Santa Cruz|Oruro|Potosí|Tarija|Arequipa|Cusco|Cuzco|Trujillo|Piura|Puno|Iquitos|
		Guayaquil|Cuenca|Loja|Esmeraldas|Medellín|Cali|Barranquilla|Cartagena|Bucaramanga|Pasto|Popayán|Quibdó|Maracaibo|Valencia|Mérida|Panamá|
		San José|Cartago|Managua|León|Granada|Masaya|Tegucigalpa|San Pedro Sula|San Salvador|Guatemala|Antigua|Cobán|Quetzaltenango|
		Ciudad de México|Guadalajara|Monterrey|Puebla|Oaxaca|Tijuana|Mérida|Chiapas|Toluca|Morelia|Veracruz|Querétaro|Cancún|Juárez|Culiacán|
		La Habana|Havana|Santo Domingo|San Juan|Kingston|Port of Spain|Bridgetown|Georgetown|Paramaribo|Belmopan|Port-au-Prince|Nassau|Cayenne|
		New York|Washington|Miami|Chicago|Boston|Houston|Los Angeles|San Francisco|Toronto|Montreal|Montréal|Ottawa|Vancouver|Québec|
		Madrid|Barcelona|Sevilla|Bilbao|Zaragoza|Málaga|Lisboa|Lisbon|Porto|Coimbra|Braga|Paris|Lyon|Marseille|Toulouse|Bordeaux|Lille|Nantes|Strasbourg|
		Bruxelles|Brussels|Liège|Genève|Geneva|Lausanne|Zürich|Berne|London|Londres|Dublin|Edinburgh|Glasgow|Manchester|Berlin|Berlín|Hamburg|Bonn|
		Amsterdam|Rotterdam|The Hague|La Haya|Vienna|Viena|Rome|Roma|Milano|Madrid|Oslo|Stockholm|Copenhagen|Helsinki|Prague|Praga|Warsaw|Budapest|
		Dakar|Abidjan|Bamako|Niamey|Ouagadougou|Cotonou|Lomé|Conakry|Kinshasa|Goma|Bukavu|Libreville|Yaoundé|Douala|Luanda|Maputo|Praia|Bissau|
		Nairobi|Kampala|Kigali|Bujumbura|Lagos|Abuja|Accra|Freetown|Lusaka|Harare|Johannesburg|Cape Town|Pretoria|Tunis|Alger|Rabat|Casablanca|Cairo|
		Beirut|Amman|Delhi|Mumbai|Dhaka|Manila|Jakarta|Bangkok|Tokyo|Seoul|Sydney|Melbourne|Auckland|Wellington`, "|") {
		m[place.Fold(name)] = true
	}
	return m
}()
