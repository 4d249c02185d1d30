package web

import (
	"fmt"
	"net/http"
	"strings"

	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
)

// field is one input of a form, with what was typed and what is wrong with it.
type field struct {
	ID, Name, Label string
	Hint, Why       string
	Value           string
	Type            string
	Autocomplete    string
	InputMode       string
	Class           string
	Max             int
	Rows            int // of a text of several lines
	Optional        bool
	Plain           bool // no capitals, no spelling: an address or a code
	Options         []option
}

// DescribedBy names the elements that describe the field to who hears it.
func (f field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	if f.Why != "" {
		ids = append(ids, f.ID+"-why")
	}
	return strings.Join(ids, " ")
}

// problem is a line of the summary above a form that was sent back.
type problem struct {
	Href string // of the field; "" when it is about no one field
	Text string
}

// fields makes the inputs that the sign form and the own page share.
type fields struct {
	lang     string
	form     signature.Form
	problems signature.Problems
	sealing  bool // a sealed signature can be chosen
}

// field makes the input of that name, with what was typed into it.
func (f fields) field(name string) field {
	in := field{ID: "field-" + name, Name: name, Type: "text", Max: maxOf[name], Label: fieldLabel(f.lang, name), Why: f.why(name)}
	switch name {
	case "name":
		in.Value, in.Hint = f.form.Name, locale.T(f.lang, "field.name_hint")
	case "acronym":
		in.Value, in.Optional, in.Class = f.form.Acronym, true, "narrow for-organisation"
	case "country":
		in.Value = f.form.Country
		in.Options = []option{{"", locale.T(f.lang, "form.choose_country")}, {signature.NoCountry, locale.T(f.lang, "form.no_country")}}
		for _, c := range place.List(f.lang) {
			in.Options = append(in.Options, option{c.Alpha2, c.Name(f.lang)})
		}
		in.Autocomplete = "country"
	case "website":
		in.Value, in.Optional, in.Plain, in.InputMode = f.form.Website, true, true, "url"
		in.Hint, in.Autocomplete = locale.T(f.lang, "field.website_hint"), "url"
	case "signer_name":
		in.Value, in.Autocomplete = f.form.SignerName, "name"
	case "signer_role":
		in.Value, in.Optional, in.Autocomplete = f.form.SignerRole, true, "organization-title"
	case "email":
		in.Value, in.Plain, in.InputMode, in.Autocomplete = f.form.Email, true, "email", "email"
		in.Hint = locale.T(f.lang, "field.email_hint")
		if f.sealing {
			in.Hint += " " + locale.T(f.lang, "sign.email_optional")
		}
	}
	return in
}

var maxOf = map[string]int{
	"name": signature.MaxName, "acronym": signature.MaxAcronym, "website": signature.MaxWebsite,
	"role": signature.MaxSigner, "affiliation": signature.MaxSigner, "note": signature.MaxYesNote,
	"signer_name": signature.MaxSigner, "signer_role": signature.MaxSigner, "email": signature.MaxEmail,
}

func fieldLabel(lang, name string) string {
	if key, ok := fieldKeys[name]; ok {
		return locale.T(lang, key)
	}
	return name
}

var fieldKeys = map[string]string{
	"kind": "sign.who", "name": "field.name", "acronym": "field.acronym", "country": "field.country", "website": "field.website",
	"signer_name": "field.signer_name", "signer_role": "field.signer_role", "email": "field.email",
	"visibility": "field.visibility", "consent": "sign.consent_legend", "code": "field.code",
	"role": "field.role", "affiliation": "field.affiliation", "language": "desk.text_language", "received": "field.received",
	"channel": "field.channel", "note": "field.note",
}

// why says what is wrong with a field, or "".
func (f fields) why(name string) string {
	code := f.problems.Of(name)
	if code == "" {
		return ""
	}
	return problemText(f.lang, name, code)
}

// problemText says a problem of a field in words.
func problemText(lang, name, code string) string {
	return locale.T(lang, problemKeys[code], "max", maxOf[name])
}

var problemKeys = map[string]string{
	signature.Missing: "problem.missing", signature.TooLong: "problem.too_long", signature.BadText: "problem.bad_text",
	signature.NoLetters: "problem.no_letters", signature.NotAChoice: "problem.not_a_choice",
	signature.UnknownCountry: "problem.unknown_country", signature.NoAt: "problem.no_at", signature.BadEmail: "problem.bad_email",
	signature.BadWebsite: "problem.bad_website", signature.SealedNotHere: "problem.sealed_not_here",
	signature.ConsentRequired: "problem.consent_required", signature.LinkInName: "problem.link_in_name",
	signature.PersonsCountry: "problem.persons_country", signature.BadDate: "desk.bad_date",
}

// anchors are where the summary's links lead to, for fields whose input has
// another name than theirs.
var anchors = map[string]string{"kind": "#kind-organisation", "consent": "#consent", "visibility": ""}

// summary lists the problems in the order of the form, each with a link.
func (f fields) summary() []problem {
	var list []problem
	for _, p := range f.problems {
		href, special := anchors[p.Field]
		if f.sealing && p.Field == "visibility" {
			href = "#visibility-public"
		}
		if !special {
			href = "#field-" + p.Field
		}
		list = append(list, problem{href, locale.T(f.lang, "problem.field",
			"field", fieldLabel(f.lang, p.Field), "problem", problemText(f.lang, p.Field, p.Code))})
	}
	return list
}

// readForm reads a form that was posted.
func readForm(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	return nil
}

// signatureForm takes the fields of a signature out of a posted form.
func signatureForm(r *http.Request) signature.Form {
	get := r.PostForm.Get
	return signature.Form{
		Kind: get("kind"), Name: get("name"), Acronym: get("acronym"), Country: get("country"), Website: get("website"),
		SignerName: get("signer_name"), SignerRole: get("signer_role"), Email: get("email"),
		Visibility: get("visibility"), ShowCountry: get("show_country"), Consent: get("consent"), Token: get("form"),
	}
}
