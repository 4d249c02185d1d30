package typeset

import "strings"

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	nsWord     = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsRel      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	nsPackRel  = "http://schemas.openxmlformats.org/package/2006/relationships"
	typePrefix = "application/vnd.openxmlformats-officedocument.wordprocessingml."
)

const contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="` + typePrefix + `document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="` + typePrefix + `styles+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="` + typePrefix + `numbering+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="` + typePrefix + `settings+xml"/>` +
	`<Override PartName="/word/footer1.xml" ContentType="` + typePrefix + `footer+xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`<Override PartName="/docProps/app.xml" ContentType="application/vnd.openxmlformats-officedocument.extended-properties+xml"/>` +
	`</Types>`

const packageRels = `<Relationships xmlns="` + nsPackRel + `">` +
	`<Relationship Id="rId1" Type="` + nsRel + `/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
	`<Relationship Id="rId3" Type="` + nsRel + `/extended-properties" Target="docProps/app.xml"/>` +
	`</Relationships>`

const appProps = `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">` +
	`<Application>Pliego</Application></Properties>`

func (d *document) core(m *markup) {
	m.raw(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"` +
		` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"` +
		` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	m.text(clean(d.l.Title))
	m.raw(`</dc:title><dc:subject>`)
	m.text(clean(d.l.Occasion))
	m.raw(`</dc:subject><dc:creator>Pliego</dc:creator><dc:language>` + d.l.textLang() + `</dc:language>`)
	stamp := d.l.Published.UTC().Format("2006-01-02T15:04:05Z")
	m.raw(`<dcterms:created xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:created>` +
		`<dcterms:modified xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:modified></cp:coreProperties>`)
}

func (d *document) rels(m *markup) {
	m.raw(`<Relationships xmlns="` + nsPackRel + `">`)
	for _, p := range []string{"styles", "numbering", "settings"} {
		m.raw(`<Relationship Id="rId` + p + `" Type="` + nsRel + `/` + p + `" Target="` + p + `.xml"/>`)
	}
	m.raw(`<Relationship Id="rIdFooter" Type="` + nsRel + `/footer" Target="footer1.xml"/>`)
	for i, u := range d.urls {
		m.rawf(`<Relationship Id="rIdLink%d" Type="%s/hyperlink" TargetMode="External" Target="%s"/>`, i+1, nsRel, escape(u))
	}
	m.raw(`</Relationships>`)
}

func (d *document) settings(m *markup) {
	m.raw(`<w:settings xmlns:w="` + nsWord + `"><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>` +
		`<w:characterSpacingControl w:val="doNotCompress"/>` +
		`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>` +
		`<w:themeFontLang w:val="` + d.l.Lang + `"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>`)
}

// footer writes the page number by the label's pattern.
func (d *document) footer(m *markup) {
	pattern := d.l.Labels.Page
	if pattern == "" {
		pattern = "{page} / {pages}"
	}
	m.raw(`<w:ftr xmlns:w="` + nsWord + `"><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>`)
	for pattern != "" {
		page, pages := strings.Index(pattern, "{page}"), strings.Index(pattern, "{pages}")
		switch {
		case page == 0:
			m.raw(field("PAGE"))
			pattern = pattern[len("{page}"):]
		case pages == 0:
			m.raw(field("NUMPAGES"))
			pattern = pattern[len("{pages}"):]
		default:
			end := len(pattern)
			for _, i := range []int{page, pages} {
				if i > 0 {
					end = min(end, i)
				}
			}
			d.run(m, Run{Text: pattern[:end]}, "")
			pattern = pattern[end:]
		}
	}
	m.raw(`</w:p></w:ftr>`)
}

func field(code string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + code +
		` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>` +
		`<w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

func (d *document) numbering(m *markup) {
	m.raw(`<w:numbering xmlns:w="` + nsWord + `">`)
	levels := func(id int, format, text string) {
		m.rawf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="hybridMultilevel"/>`, id)
		for i := range 9 {
			t := text
			if format == "decimal" {
				t = strings.ReplaceAll(text, "1", string(rune('1'+i)))
			}
			m.rawf(`<w:lvl w:ilvl="%d"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:lvlText w:val="%s"/><w:lvlJc w:val="left"/>`+
				`<w:pPr><w:ind w:left="%d" w:hanging="425"/></w:pPr></w:lvl>`, i, format, t, 425*(i+1))
		}
		m.raw(`</w:abstractNum>`)
	}
	levels(bulletNumbering, "bullet", "•")
	levels(textNumbering, "decimal", "%1.")
	m.rawf(`<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/>`+
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%%1"/><w:lvlJc w:val="left"/>`+
		`<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr><w:rPr><w:b w:val="0"/><w:color w:val="9A2A1F"/></w:rPr></w:lvl></w:abstractNum>`, askNumbering)
	for i, n := range d.lists {
		m.rawf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/>`, i+1, n.abstract)
		m.rawf(`<w:lvlOverride w:ilvl="%d"><w:startOverride w:val="%d"/></w:lvlOverride></w:num>`, n.level, max(0, n.start))
	}
	m.raw(`</w:numbering>`)
}
