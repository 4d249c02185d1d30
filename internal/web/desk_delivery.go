package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
)

type deskDeliveryPage struct {
	page
	Slug       string
	Tabs       []link
	Action     string
	Offices    []deskOffice
	NewOffice  []field
	Done       string
	Problems   []problem
	CanDeliver bool // the letter is public
	CanMark    bool // it is closed and was delivered
}

type deskOffice struct {
	Key        string
	Name       words
	Deliveries []deskDelivered
	Form       *deskForm
	FileAgain  bool
}

type deskDelivered struct {
	ID      string
	Said    string
	Facts   []string
	Receipt string
	Hash    string
	Form    *deskForm
}

// deskDelivery shows to whom a letter is put, and what is on record of it.
func (s *Site) deskDelivery(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newDeliveryPage(ctx, d, r.PathValue("letter"), url.Values{}, nil)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "office":
		p.Done = locale.T(d.lang(), "delivery.office_added")
	case "deliver", "correct", "mark":
		p.Done = locale.T(d.lang(), "desk.done_saved")
	}
	return s.draw(w, http.StatusOK, "desk_delivery", p)
}

// newDeliveryPage puts the page together; typed is what a form that was refused
// held, and faults are what is wrong with it.
func (s *Site) newDeliveryPage(ctx context.Context, d *desk, slug string, typed url.Values, faults letter.Faults) (*deskDeliveryPage, error) {
	lang := d.lang()
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return nil, err
	}
	p := &deskDeliveryPage{
		page: s.newDeskPage(d, "/desk/", locale.T(lang, "delivery.desk_title", "letter", slug)), Slug: slug,
		Tabs: s.deskTabs(d, slug, "/delivery"), Action: deskLetterPath(slug) + "/delivery",
		CanDeliver: l.State.Public(), CanMark: l.State == letter.Closed && l.Delivered > 0,
	}
	list, err := s.letters.Store.Deliveries(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range l.Addressees {
		office := deskOffice{Key: a.Key}
		office.Name.Text, office.Name.Lang = addresseeName(lang, a)
		if in, _ := a.OfficeIn(lang); a.Country != "" && in != "" {
			office.Name.Text += " · " + in
		}
		form, bad := url.Values{}, letter.Faults(nil)
		open := typed.Get("act") == "deliver" && typed.Get("addressee") == a.Key
		if open {
			form, bad = typed, faults
		}
		office.Form = &deskForm{Open: open, Fields: deliveryFields(lang, "new-"+a.Key, form, bad)}
		office.FileAgain = open
		for _, x := range list {
			if x.Addressee == a.Key {
				office.Deliveries = append(office.Deliveries, newDeskDelivered(lang, x, typed, faults))
			}
		}
		p.Offices = append(p.Offices, office)
	}
	country := field{ID: "office-country", Name: "country", Label: fieldLabel(lang, "country"), Optional: true, Value: typed.Get("country"), Options: []option{{"", locale.T(lang, "form.no_country")}}}
	for _, c := range place.List(lang) {
		country.Options = append(country.Options, option{c.Alpha2, c.Name(lang)})
	}
	p.NewOffice = []field{
		{ID: "office-name", Name: "office", Type: "text", Max: maxOffice, Label: locale.T(lang, "delivery.office"), Hint: locale.T(lang, "delivery.office_hint"), Value: typed.Get("office")},
		country,
		{ID: "office-source", Name: "source", Type: "text", InputMode: "url", Plain: true, Max: 500, Optional: true, Label: locale.T(lang, "delivery.source"), Value: typed.Get("source")},
	}
	return p, nil
}

func newDeskDelivered(lang string, x letter.Delivery, typed url.Values, faults letter.Faults) deskDelivered {
	row := deskDelivered{ID: x.ID, Said: deliveryWords(lang, x), Facts: deliveryFacts(lang, x), Hash: x.ReceiptHash}
	if x.ReceiptID != "" {
		row.Receipt = "/desk/receipts/" + x.LetterID + "/" + x.ID
	}
	form, bad := url.Values{
		"channel": {x.Channel}, "sent_on": {x.SentOn}, "received_on": {x.ReceivedOn}, "reference": {x.Reference}, "due_on": {x.DueOn}, "note": {x.Note},
	}, letter.Faults(nil)
	open := typed.Get("act") == "correct" && typed.Get("id") == x.ID
	if open {
		form, bad = typed, faults
	}
	row.Form = &deskForm{Open: open, Fields: append(deliveryFields(lang, "edit-"+x.ID, form, bad), field{
		ID: "edit-" + x.ID + "-reason", Name: "reason", Type: "text", Max: letter.MaxReason, Label: locale.T(lang, "desk.why_changed"),
		Hint: locale.T(lang, "desk.reason_hint"), Value: form.Get("reason"), Why: faultWords(lang, bad.Of("reason")),
	})}
	return row
}

func deliveryFields(lang, id string, form url.Values, faults letter.Faults) []field {
	day := func(name, label string, optional bool) field {
		return field{ID: id + "-" + name, Name: name, Type: "date", Max: 10, Class: "narrow", Optional: optional, Label: label, Value: form.Get(name), Why: faultWords(lang, faults.Of(name))}
	}
	channel := field{ID: id + "-channel", Name: "channel", Label: locale.T(lang, "delivery.channel"), Class: "narrow", Value: form.Get("channel"),
		Why: faultWords(lang, faults.Of("channel")), Options: []option{{"", locale.T(lang, "desk.choose_channel")}}}
	for _, x := range letter.Channels {
		channel.Options = append(channel.Options, option{x, deliveryChannel(lang, x)})
	}
	received := day("received_on", locale.T(lang, "delivery.received_on"), true)
	received.Hint = locale.T(lang, "delivery.received_hint")
	note := field{ID: id + "-note", Name: "note", Type: "text", Max: letter.MaxNote, Optional: true, Label: locale.T(lang, "field.note"), Hint: locale.T(lang, "delivery.note_hint"),
		Value: form.Get("note"), Why: faultWords(lang, faults.Of("note"))}
	return []field{
		channel, day("sent_on", locale.T(lang, "delivery.sent_on"), false), received,
		{ID: id + "-reference", Name: "reference", Type: "text", Max: letter.MaxReference, Optional: true, Label: locale.T(lang, "delivery.reference"), Value: form.Get("reference"), Why: faultWords(lang, faults.Of("reference"))},
		day("due_on", locale.T(lang, "delivery.due_on"), true), note,
	}
}

func faultWords(lang, code string) string {
	switch code {
	case "":
		return ""
	case letter.FaultMissing:
		return locale.T(lang, "problem.missing")
	case letter.FaultChoice:
		return locale.T(lang, "problem.not_a_choice")
	case letter.FaultDate:
		return locale.T(lang, "desk.bad_date")
	case letter.FaultFuture:
		return locale.T(lang, "delivery.future")
	case letter.FaultOrder:
		return locale.T(lang, "delivery.before_sent")
	}
	return locale.T(lang, "problem.too_long", "max", letter.MaxNote)
}

// deskDeliveryAct adds an office, records a delivery or corrects one.
func (s *Site) deskDeliveryAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	slug := r.PathValue("letter")
	l, err := s.store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	name, content, err := broughtFile(r, "")
	form := r.PostForm
	again := func(why problem, faults letter.Faults) error {
		p, err := s.newDeliveryPage(ctx, d, slug, form, faults)
		if err != nil {
			return err
		}
		p.Problems = []problem{why}
		return s.draw(w, http.StatusUnprocessableEntity, "desk_delivery", p)
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return again(problem{Text: locale.T(d.lang(), "desk.file_too_large", "mb", letter.MaxReceipt>>20)}, nil)
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	}
	act := form.Get("act")
	var do func() error
	switch act {
	case "office":
		do = func() error { return s.addOffice(ctx, d, l, form) }
	case "deliver", "correct":
		do = func() error { return s.recordDelivery(ctx, d, l, form, fileName(name), content) }
	case "mark":
		do = func() error { return s.letters.MarkDelivered(ctx, slug) }
	default:
		return errBadRequest
	}
	if err := s.accounts.Note(ctx, d.person.ID, "delivery."+act, form.Get("id"), slug, "", form.Get("addressee")); err != nil {
		return err
	}
	err = do()
	var faults letter.Faults
	switch {
	case err == nil:
		http.Redirect(w, r, deskLetterPath(slug)+"/delivery?done="+act, http.StatusSeeOther)
		return nil
	case errors.As(err, &faults):
		return again(problem{Text: locale.T(d.lang(), "form.problems", "n", len(faults))}, faults)
	case errors.Is(err, letter.ErrReceipt):
		return again(problem{Text: locale.T(d.lang(), "delivery.bad_receipt")}, nil)
	case errors.Is(err, letter.ErrAddresseeTaken):
		return again(problem{"#office-name", locale.T(d.lang(), "delivery.office_taken")}, nil)
	case errors.Is(err, errOffice):
		return again(problem{"#office-name", locale.T(d.lang(), "delivery.no_office")}, nil)
	case errors.Is(err, letter.ErrSavedMeanwhile):
		return again(problem{Text: locale.T(d.lang(), "delivery.changed")}, nil)
	case errors.Is(err, letter.ErrState):
		return again(problem{Text: locale.T(d.lang(), "desk.wrong_state")}, nil)
	}
	return err
}

// errOffice says that no office was named, or at no web address.
var errOffice = errors.New("no office")

func (s *Site) addOffice(ctx context.Context, d *desk, l *letter.Letter, form url.Values) error {
	office, source := oneLine(form.Get("office")), strings.TrimSpace(form.Get("source"))
	if u, err := url.Parse(source); source != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return errOffice
	}
	if office == "" || len(office) > maxOffice || len(source) > 500 {
		return errOffice
	}
	a := letter.Addressee{OfficeNative: office, NativeLang: l.OriginalLang, Office: map[string]string{l.OriginalLang: office}, SourceURL: source, Confidence: "seen"}
	if country, ok := place.ByAlpha2(form.Get("country")); ok {
		a.Country, a.Key = country.Alpha2, strings.ToLower(country.Alpha3)
	}
	taken := map[string]bool{}
	for _, x := range l.Addressees {
		taken[x.Key] = true
		if x.OfficeNative == office && x.Country == a.Country {
			return letter.ErrAddresseeTaken
		}
	}
	if a.Key == "" {
		a.Key = letter.AskKey(place.Fold(office), len(l.Addressees)+1, taken)
	} else {
		for base, n := a.Key, 2; taken[a.Key]; n++ {
			a.Key = base + "-" + strconv.Itoa(n)
		}
	}
	return s.letters.AddAddressee(ctx, l.Slug, a)
}

func (s *Site) recordDelivery(ctx context.Context, d *desk, l *letter.Letter, form url.Values, name string, content []byte) error {
	x := letter.Delivery{
		Addressee: form.Get("addressee"), Channel: form.Get("channel"), SentOn: form.Get("sent_on"), ReceivedOn: form.Get("received_on"),
		Reference: oneLine(form.Get("reference")), DueOn: form.Get("due_on"), Note: oneLine(form.Get("note")), RecordedBy: d.person.ID,
	}
	if form.Get("act") == "correct" {
		before, err := s.deliveryOf(ctx, l.ID, form.Get("id"))
		if err != nil {
			return err
		}
		x.ID, x.Version, x.Addressee = before.ID, before.Version+1, before.Addressee
		x.ReceiptID, x.ReceiptHash = before.ReceiptID, before.ReceiptHash
		x.Reason, x.TakenDown = oneLine(form.Get("reason")), form.Get("taken_down") == "1"
	}
	var receipt *letter.Receipt
	if len(content) > 0 {
		var err error
		if receipt, err = letter.NewReceipt(name, content); err != nil {
			return err
		}
	}
	return s.letters.Deliver(ctx, s.signing.Vault, l.Slug, x, receipt)
}

func (s *Site) deliveryOf(ctx context.Context, letterID, id string) (letter.Delivery, error) {
	list, err := s.letters.Store.Deliveries(ctx, letterID)
	if err != nil {
		return letter.Delivery{}, err
	}
	for _, x := range list {
		if x.ID == id {
			return x, nil
		}
	}
	return letter.Delivery{}, letter.ErrNotFound
}

// deskReceipt hands a receipt out. It is never shown in place: it came from
// outside.
func (s *Site) deskReceipt(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	x, err := s.deliveryOf(ctx, r.PathValue("letter"), r.PathValue("delivery"))
	if err != nil {
		return err
	}
	receipt, err := s.letters.ReceiptOf(ctx, s.signing.Vault, x)
	if err != nil {
		return err
	}
	if err := s.accounts.Note(ctx, d.person.ID, "receipt.open", x.ID, "", "", ""); err != nil {
		return err
	}
	return handOut(w, receipt.Name, receipt.Bytes)
}

// handOut gives a file that came from outside to be saved, and never shown.
func handOut(w http.ResponseWriter, name string, content []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(content) // a reader who went away is no fault of ours
	return nil
}
