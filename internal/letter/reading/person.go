package reading

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"pliego/internal/place"
)

// personEntry is what one line of a list of persons says.
type personEntry struct {
	name, titles, role, affiliation string
	country                         place.Country
	basis                           string
	several                         bool
}

// readPerson takes a person's line apart: "Ana Pérez, directora, Fundación X,
// Perú", "Ana Pérez (Universidad X, Chile)", "Dr. A. Pérez – Professor,
// University of X".
func readPerson(text string) personEntry {
	e := entry{basis: None}
	s, _ := cutIdentity(oneLine(text))
	s = footnote(strings.Trim(s, " ;,·|*"))
	for range 2 {
		s = trimEnd(s)
		if open, ok := openingBracket(s); ok && open > 0 {
			content := s[open+1 : len(s)-1]
			if e.basis == None && e.countryIn(content) {
				s = s[:open]
				continue
			}
			s = s[:open] + ", " + content // an affiliation in brackets
			continue
		}
		if head, tail, sep, ok := lastSeparator(s); ok && sep != ":" && e.basis == None && e.countryIn(tail) {
			s = head
			continue
		}
		break
	}
	p := personEntry{country: e.country, basis: e.basis, several: e.several}
	var parts []string
	for rest := trimEnd(s); rest != ""; {
		head, tail, _, ok := firstSeparator(rest)
		if head = trimName(head); head != "" {
			if len(parts) == 1 && isDegree(head) {
				parts[0] += ", " + head
			} else {
				parts = append(parts, head)
			}
		}
		if !ok {
			break
		}
		rest = tail
	}
	if len(parts) == 0 {
		return p
	}
	p.name, p.titles = cutTitles(parts[0])
	var affiliations []string
	for i, part := range parts[1:] {
		if p.role == "" && i < 2 && (isRole(part) || i == 0 && (beginsLower(part) || len(parts) > 2 && !institution(part) && institution(parts[2]))) {
			p.role = part
			// "Directora de la Fundación X" says both.
			continue
		}
		if p.basis == Stated && i == len(parts)-2 && cities[place.Fold(part)] {
			continue // "advogado, Lisboa, Portugal": where, not whose
		}
		affiliations = append(affiliations, part)
	}
	p.affiliation = strings.Join(affiliations, ", ")
	return p
}

// institution reports a phrase with a word that bodies are called by.
func institution(s string) bool {
	for _, w := range words(s) {
		if organisationWords[w] {
			return true
		}
	}
	return false
}

// identity is the number of a person's identity card, printed after the name.
var identity = regexp.MustCompile(`[ ,;–-]+\(?(?:DNI|D\.N\.I\.|C\.?I\.?|C\.?C\.?|CPF|RG|RUT|CUIT|CURP|NIF|C[eé]dula)\.?:? ?(?:n?[.º°o]* ?)?[0-9][0-9.\-/kKxX]{4,}\)?`)

// cutIdentity takes the number of an identity card out of a person's entry: it
// is nobody else's business.
func cutIdentity(s string) (rest string, found bool) {
	if !strings.ContainsAny(s, "0123456789") {
		return s, false
	}
	rest = identity.ReplaceAllString(s, "")
	return rest, rest != s
}

func isDegree(s string) bool {
	return degrees[strings.ToLower(strings.ReplaceAll(s, ".", ""))]
}

var degrees = set("phd md jd llm ma msc ba bsc mba esq jr sr dphil rn mph oam obe cbe mbe kc qc sc ac dds llb edd frcp")

// isRole reports what a person does, as opposed to where.
func isRole(s string) bool {
	w := words(s)
	if len(w) > 12 {
		return false
	}
	for i, x := range w {
		if i > 3 {
			break
		}
		if roles[x] {
			return true
		}
	}
	return false
}

var roles = set(`director directora directeur directrice diretor diretora president presidente presidenta presidente
	professor professora profesor profesora professeur professeure secretary secretaria secretario secretaire chair chairman chairwoman chairperson
	coordinator coordinadora coordinador coordenador coordenadora coordinateur coordinatrice researcher investigador investigadora pesquisador
	pesquisadora chercheur chercheuse lawyer abogado abogada advogado advogada avocat avocate attorney activist activista ativista militante militant
	journalist periodista jornalista journaliste writer escritor escritora ecrivain ecrivaine economist economista economiste sociologist sociologo
	sociologa sociologue anthropologist antropologo antropologa anthropologue founder fundador fundadora fondateur fondatrice member miembro membro
	membre integrante executive ejecutiva ejecutivo executiva executivo lecturer docente teacher maestra maestro doctor doctora doutor doutora medico
	medica medecin psychologist psicologo psicologa psychologue consultant consultor consultora consultante ex former senator senador senadora
	senateur deputy diputado diputada deputado deputada depute deputee judge juez jueza juiz juiza juge fellow analyst analista analyste artist
	artista artiste student estudiante estudante etudiant etudiante catedratico catedratica emeritus emerita rector rectora reitor reitora dean decano
	decana poet poeta poete historian historiador historiadora historien historienne bishop obispo bispo eveque representative representante
	representant representante delegate delegado delegada delegue deleguee manager gerente head jefa jefe chef responsable ambassador
	embajador embajadora ministra ministro minister nurse enfermera enfermero engineer ingeniera ingeniero physician scientist cientifico cientifica
	mayor alcalde alcaldesa prefeito prefeita maire former ancien ancienne reader archivist archivista archiviste librarian bibliotecaria bibliotecario bibliothecaire independent independiente independente defensora defensor defender treasurer tesorera tesorero tresorier specialist especialista specialiste
	enseignant enseignante concejal concejala regidor regidora vereador vereadora jurista musico musica philosophe filosofo filosofa geografo geografa pastor pastora sacerdote
	actor actriz actrice cineasta cineaste filmmaker editor editora
	arquitecto arquitecta arquiteto arquiteta architecte biologo biologa retired jubilado jubilada aposentado aposentada retraite retraitee
	campaigner officer organizer organiser spokesperson vocero vocera portavoz chaplain barrister magistrate administrator administrador administradora encargado encargada
	policy adviser advisor asesora asesor assessora assessor conseiller conseillere vice`)

// looksPersonal reports a line that is a person's: a title before the name, or
// a short capitalised name followed by a role.
func looksPersonal(s string) bool {
	if honorific(s) {
		return true
	}
	head, tail, _, ok := firstSeparator(s)
	if open := strings.IndexByte(s, '('); !ok && open > 0 {
		head, tail, ok = strings.TrimSpace(s[:open]), s[open+1:], true
	}
	first, _, _ := strings.Cut(tail, " ")
	if !ok || !isRole(tail) && !isDegree(strings.Trim(first, ",.")) && !(beginsLower(tail) && !functionWord[strings.ToLower(first)]) {
		return false
	}
	names := strings.Fields(head)
	if len(names) < 2 || len(names) > 6 {
		return false
	}
	for _, n := range names {
		r, _ := utf8.DecodeRuneInString(n)
		if !unicode.IsUpper(r) && !functionWord[strings.ToLower(n)] || organisationWord(n) {
			return false
		}
	}
	return !inCapitals(head)
}

// organisationWord reports a word that no person is called.
func organisationWord(w string) bool { return organisationWords[place.Fold(w)] }

var organisationWords = set(`asociacion associacao association fundacion fundacao foundation fondation instituto institute institut centro centre center
	red rede network reseau comite committee comision comissao commission colectivo coletivo collective collectif movimiento movimento movement mouvement
	organizacion organizacao organization organisation federacion federacao federation union uniao sindicato syndicat coordinadora coordenacao coalition
	coalicion coalizao alianza alianca alliance consejo conselho council conseil grupo group groupe corporacion sociedad sociedade society societe
	universidad universidade university universite iglesia igreja church eglise observatorio observatory observatoire foro forum mesa plataforma platform
	plateforme liga league ligue casa frente college school escuela escola ecole hospital museo museum museu musee archives archivo facultad faculdade faculty faculte laboratorio laboratory
	cooperativa cooperative comunidad comunidade community communaute pastoral central confederacion confederacao confederation junta asamblea assembleia assembly assemblee trust
	servicio servico service secretaria agencia agency equipo equipe team articulacion articulacao circulo cooperation barreau ministerio ministry ministere programa program projeto proyecto project colegio ordem ordre mujeres mulheres women femmes`)
