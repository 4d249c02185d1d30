package typeset

// The fonts that Word and LibreOffice both know, by themselves or by a twin of the same widths.
const (
	wordSerif = "Cambria"
	wordSans  = "Calibri"
)

// wordStyle is one paragraph style.
type wordStyle struct {
	id, name, base, next string
	ppr, rpr             string
}

// styles writes the document's looks. Those that Word knows by name keep its names, so that they
// show up in its navigation and in a screen reader's list of headings.
func (d *document) styles(m *markup) {
	m.raw(`<w:styles xmlns:w="` + nsWord + `"><w:docDefaults><w:rPrDefault><w:rPr>` +
		fonts(wordSerif) + `<w:color w:val="1C1B18"/><w:sz w:val="22"/><w:szCs w:val="22"/>` +
		`<w:lang w:val="` + d.l.Lang + `"/></w:rPr></w:rPrDefault>` +
		`<w:pPrDefault><w:pPr><w:spacing w:after="150" w:line="300" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>` +
		`<w:pPr><w:widowControl/></w:pPr></w:style>` +
		`<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>` +
		`<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="9A2A1F"/><w:u w:val="single"/></w:rPr></w:style>` +
		`<w:style w:type="character" w:customStyle="1" w:styleId="Quiet"><w:name w:val="Quiet"/><w:rPr><w:color w:val="5D5950"/></w:rPr></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>` +
		`<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="0" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
		`<w:style w:type="table" w:customStyle="1" w:styleId="Names"><w:name w:val="Names"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>` +
		hairBorder("top") + hairBorder("bottom") + hairBorder("insideH") + `</w:tblBorders></w:tblPr></w:style>`)
	for _, s := range wordStyles {
		if s.id == "Title" {
			s.rpr = `<w:b/>` + size(d.titleSize())
		}
		custom := ""
		if s.id == s.name && !builtIn[s.id] {
			custom = ` w:customStyle="1"`
		}
		m.raw(`<w:style w:type="paragraph"` + custom + ` w:styleId="` + s.id + `"><w:name w:val="` + s.name + `"/><w:basedOn w:val="` + s.base + `"/>`)
		if s.next != "" {
			m.raw(`<w:next w:val="` + s.next + `"/>`)
		}
		m.raw(`<w:qFormat/><w:pPr>` + s.ppr + `</w:pPr><w:rPr>` + s.rpr + `</w:rPr></w:style>`)
	}
	m.raw(`</w:styles>`)
}

// titleSize is smaller for a longer title, in half points.
func (d *document) titleSize() string {
	switch n := len([]rune(d.l.Title)); {
	case n > 240:
		return "28"
	case n > 110:
		return "38"
	}
	return "50"
}

// builtIn are the styles whose names equal their ids and are Word's own.
var builtIn = map[string]bool{"Title": true, "Quote": true}

func fonts(name string) string {
	return `<w:rFonts w:ascii="` + name + `" w:hAnsi="` + name + `" w:cs="` + name + `"/>`
}

func hairBorder(side string) string {
	return `<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="D8D2C4"/>`
}

const quiet = `<w:color w:val="5D5950"/>`

// furniture is the face of all that is not the letter's own text.
var furniture = fonts(wordSans)

// size is a font size in half points, as the format wants it.
func size(halfPoints string) string {
	return `<w:sz w:val="` + halfPoints + `"/><w:szCs w:val="` + halfPoints + `"/>`
}

var wordStyles = []wordStyle{
	{"DateLine", "DateLine", "Normal", "Title", `<w:keepNext/><w:spacing w:after="120"/>`, furniture + quiet + size("20")},
	{"Title", "Title", "Normal", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:after="240" w:line="240" w:lineRule="auto"/>`, ``},
	{"Heading1", "heading 1", "Normal", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:before="420" w:after="160" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="0"/>`, `<w:b/>` + size("32")},
	{"Heading2", "heading 2", "Normal", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:before="260" w:after="60" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="1"/>`, `<w:b/>` + size("25")},
	{"Heading3", "heading 3", "Normal", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="60" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="2"/>`, `<w:b/>` + size("22")},
	{"Heading4", "heading 4", "Normal", "Normal", `<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="60" w:line="240" w:lineRule="auto"/><w:outlineLvl w:val="3"/>`, `<w:i/>` + size("22")},
	{"ListParagraph", "List Paragraph", "Normal", "", `<w:spacing w:after="80"/>`, ``},
	{"AskText", "AskText", "Normal", "", `<w:ind w:left="567"/>`, ``},
	{"Quote", "Quote", "Normal", "", `<w:ind w:left="425"/>`, quiet},
	{"Code", "Code", "Normal", "", `<w:spacing w:line="260" w:lineRule="auto"/>`, furniture + size("20")},
	{"Divider", "Divider", "Normal", "", `<w:pBdr>` + `<w:bottom w:val="single" w:sz="4" w:space="1" w:color="D8D2C4"/>` + `</w:pBdr>`, ``},
	{"AddressedLabel", "AddressedLabel", "Normal", "Addressed", `<w:keepNext/><w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="D8D2C4"/></w:pBdr><w:spacing w:after="20"/>`, furniture + `<w:b/>` + size("20")},
	{"Addressed", "Addressed", "Normal", "", `<w:spacing w:after="20" w:line="252" w:lineRule="auto"/>`, furniture + size("20")},
	{"Notice", "Notice", "Normal", "", `<w:spacing w:before="120" w:after="160" w:line="252" w:lineRule="auto"/>`, furniture + quiet + size("19")},
	{"TableHead", "TableHead", "Normal", "", `<w:keepNext/><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>`, furniture + `<w:b/>` + size("19")},
	{"TableText", "TableText", "Normal", "", `<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>`, furniture + size("19")},
	{"EntryWhen", "EntryWhen", "Normal", "", `<w:keepNext/><w:spacing w:before="140" w:after="0" w:line="240" w:lineRule="auto"/>`, furniture + quiet + size("18")},
	{"EntryTitle", "EntryTitle", "Normal", "", `<w:keepLines/><w:spacing w:after="40" w:line="264" w:lineRule="auto"/>`, size("21")},
	{"ColophonLabel", "ColophonLabel", "Normal", "Colophon", `<w:keepNext/><w:spacing w:before="240" w:after="0" w:line="240" w:lineRule="auto"/>`, furniture + quiet + size("17")},
	{"Colophon", "Colophon", "Normal", "", `<w:spacing w:after="0" w:line="252" w:lineRule="auto"/>`, furniture + size("17")},
	{"Footer", "footer", "Normal", "", `<w:spacing w:after="0"/><w:jc w:val="right"/>`, furniture + quiet + size("17")},
}
