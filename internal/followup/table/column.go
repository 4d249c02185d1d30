// Package table is the record of a letter as a table that people keep in a
// spreadsheet: the same columns are written and read again.
package table

import (
	"errors"
	"fmt"
	"strings"

	"pliego/internal/sheet"
)

// Errors that say why a whole table could not be read.
var (
	ErrEmpty = errors.New("the table holds no rows")
	ErrHeads = errors.New("the headings are missing: the first row names the columns, kind, addressee and date among them")
	ErrTwice = errors.New("two columns hold the same")
)

// Column is what a column holds; its text is the heading that an export writes.
type Column string

// Columns are all of them, in the order of an export. The last nine are of a
// source; a row that has an id and a source alone adds the source to the row above
// with that id.
var Columns = []Column{
	"id", "kind", "addressee", "asks", "date", "inferred", "action", "direction", "track", "value", "rubric", "looked",
	"title_es", "title_pt", "title_en", "title_fr", "summary_es", "summary_pt", "summary_en", "summary_fr",
	"original", "original_language", "office", "reference", "from", "due", "note", "reason",
	"source_url", "source_publisher", "source_title", "source_place", "source_quote", "source_archived", "source_sha256", "source_grade", "source_confidence",
}

// headings are what people write above a column, folded, besides its own name.
var headings = map[Column]string{
	"kind":              "type|tipo|clase|nature|genre",
	"addressee":         "government|state|destinatario|gobierno|estado|governo|destinataire|gouvernement|etat",
	"asks":              "ask|pedidos|pedido|demandes|demande",
	"date":              "fecha|data|happened on",
	"inferred":          "inferida|date inferred|fecha inferida|data inferida|date deduite",
	"action":            "what was done|accion|acto|acao|ato|acte",
	"direction":         "direccion|sentido|direcao|sens",
	"track":             "linea|linha|ligne",
	"value":             "valor|valeur|verdict|juicio|juizo|jugement",
	"rubric":            "rubrica|grille",
	"looked":            "where one looked|donde se busco|onde se buscou|ou l on a cherche",
	"original":          "own words|palabras originales|palavras originais|mots originaux|texto original",
	"original_language": "language|idioma|lingua|langue",
	"office":            "oficina|orgao|service|bureau",
	"reference":         "number|referencia|numero|reference",
	"from":              "rests on|se apoya en|apoia se em|repose sur",
	"due":               "deadline|plazo|prazo|echeance",
	"note":              "notes|nota|notas|remarque|remarques",
	"reason":            "reason for correction|motivo|motif|raison",
	"source_url":        "url|source|fuente|fonte|address of the source",
	"source_publisher":  "publisher|editor|editora|editeur|publicado por",
	"source_title":      "document|documento|title of the source",
	"source_place":      "place in the source|page|pagina|articulo|artigo|article",
	"source_quote":      "quote|cita|citacao|citation",
	"source_archived":   "archived copy|copia archivada|copia arquivada|copie archivee",
	"source_sha256":     "sha 256|sha256",
	"source_grade":      "grade|grado|grau|degre",
	"source_confidence": "confidence|confianza|confianca|confiance",
}

var byHeading = func() map[string]Column {
	m := map[string]Column{}
	for _, c := range Columns {
		m[strings.ReplaceAll(string(c), "_", " ")] = c
		for _, w := range strings.Split(headings[c], "|") {
			if w != "" {
				m[w] = c
			}
		}
	}
	return m
}()

// columnOf tells what a column holds by its heading.
func columnOf(heading string) Column {
	return byHeading[sheet.Heading(heading)]
}

// columnsOf understands a row of headings.
func columnsOf(cells []string) ([]Column, error) {
	columns := make([]Column, len(cells))
	seen := map[Column]bool{}
	for n, cell := range cells {
		c := columnOf(cell)
		if c != "" && seen[c] {
			return nil, fmt.Errorf("%w: %s; leave one of them out", ErrTwice, c)
		}
		columns[n], seen[c] = c, true
	}
	if !seen["kind"] || !seen["addressee"] || !seen["date"] {
		return nil, ErrHeads
	}
	return columns, nil
}
