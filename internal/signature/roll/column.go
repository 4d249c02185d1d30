package roll

import (
	"strings"

	"pliego/internal/sheet"
)

// Column is what a column of the list holds; its text is the heading that an
// export writes.
type Column string

// The columns.
const (
	Name       Column = "name"
	Kind       Column = "kind" // organisation or person
	Acronym    Column = "acronym"
	Country    Column = "country" // a code or a name in one of the languages
	Website    Column = "website"
	Role       Column = "role"        // of a person, shown
	Affiliated Column = "affiliation" // of a person, shown
	SignerName Column = "signer_name" // who signs for an organisation; kept in the vault
	SignerRole Column = "signer_role"
	Email      Column = "email"
	Lang       Column = "language" // es, pt, en or fr: of the mail to the signer
	Received   Column = "received" // the day on which the yes was given
	Channel    Column = "channel"  // email, call, paper or other
	Note       Column = "note"     // what shows it, kept in the vault
)

// Columns are all of them, in the order of an export.
var Columns = []Column{Name, Kind, Acronym, Country, Website, Role, Affiliated, SignerName, SignerRole, Email, Lang, Received, Channel, Note}

// headings are what people write above a column, folded: without accents and
// case.
var headings = map[Column]string{
	Name: "name|organisation|organization|organisation name|name of organisation|name of organization|organization name|signatory|" +
		"nombre|organizacion|nombre de la organizacion|entidad|firmante|nombre completo|full name|" +
		"nome|organizacao|nome da organizacao|entidade|signatario|nome completo|nom|nom de l organisation|association|signataire|nom complet",
	Kind:       "kind|type|tipo|clase|tipo de firmante|tipo de signatario|categoria|categorie",
	Acronym:    "acronym|abbreviation|short name|sigla|siglas|acronimo|sigle|acronyme",
	Country:    "country|pais|pays|country of origin|pais de origen|pais de origem|pays d origine",
	Website:    "website|web|web site|url|site|homepage|sitio web|pagina web|sitio|pagina|site web|site internet",
	Role:       "role|title|position|cargo|funcion|titulo|funcao|fonction|titre",
	Affiliated: "affiliation|institution|afiliacion|institucion|afiliacao|filiacao|instituicao|etablissement",
	SignerName: "signer name|signer|signed by|contact|contact person|contact name|representative|firma por|firmado por|" +
		"contacto|persona de contacto|representante|nombre del contacto|assinado por|contato|pessoa de contato|signe par|personne de contact|representant",
	SignerRole: "signer role|role of signer|contact role|cargo de quien firma|cargo del contacto|cargo do contato|cargo de quem assina|fonction du signataire",
	Email: "email|e mail|mail|email address|e mail address|correo|correo electronico|direccion de correo|endereco de email|" +
		"endereco de e mail|courriel|adresse e mail|adresse email|adresse electronique",
	Lang:     "language|lang|idioma|lengua|lingua|langue",
	Received: "received|date|date received|received on|fecha|recibido|fecha de recepcion|recibido el|data|recebido|recebido em|data de recebimento|recu|recu le|date de reception",
	Channel:  "channel|how|via|medio|canal|como|meio|moyen|comment",
	Note:     "note|notes|evidence|remarks|nota|notas|observaciones|evidencia|constancia|observacoes|comprovante|remarques|preuve",
}

var byHeading = func() map[string]Column {
	m := map[string]Column{}
	for c, words := range headings {
		m[strings.ReplaceAll(string(c), "_", " ")] = c
		for _, w := range strings.Split(words, "|") {
			m[w] = c
		}
	}
	return m
}()

// columnOf tells what a column holds by its heading.
func columnOf(heading string) Column {
	return byHeading[sheet.Heading(heading)]
}
