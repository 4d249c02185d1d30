package web

import (
	"context"
	"net/http"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
)

type deliveryPage struct {
	page
	Letter  letterRef
	Offices []deliveredTo
	Pending int // addressees without a delivery on record
	Print   string
	Prints  string
	Texts   []alternate
}

type deliveredTo struct {
	Href       string
	Name       words
	Deliveries []delivered
}

type delivered struct {
	Said  string
	Facts []string
	Hash  string
}

// delivery shows to whom a letter was put, when, how, and what shows it.
func (s *Site) delivery(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	list, err := s.letters.Store.Deliveries(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	base := letterPath(lang, l)
	p := &deliveryPage{
		page:   s.newLetterPage(lang, l, "/delivery", locale.T(lang, "delivery.title", "title", text.Title), locale.T(lang, "delivery.lead")),
		Letter: refTo(lang, l, text), Prints: base + "/prints",
	}
	for _, t := range l.Texts {
		p.Texts = append(p.Texts, alternate{Lang: t.Lang, Name: locale.Name(t.Lang), Path: letterPath(t.Lang, l) + "/letter.pdf"})
	}
	for _, a := range l.Addressees {
		to := deliveredTo{Href: base + "/addressees/" + a.Key}
		to.Name.Text, to.Name.Lang = addresseeName(lang, a)
		for _, x := range list {
			if x.Addressee == a.Key {
				to.Deliveries = append(to.Deliveries, delivered{deliveryWords(lang, x), deliveryFacts(lang, x), x.ReceiptHash})
			}
		}
		if len(to.Deliveries) == 0 {
			p.Pending++
			continue
		}
		p.Offices = append(p.Offices, to)
	}
	out, err := s.render("delivery", p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// deliveryWords says in a sentence how and when.
func deliveryWords(lang string, x letter.Delivery) string {
	return locale.T(lang, "delivery.said", "channel", deliveryChannel(lang, x.Channel), "date", dayWords(lang, x.SentOn))
}

// deliveryFacts are the rest of what is on record.
func deliveryFacts(lang string, x letter.Delivery) []string {
	var facts []string
	if x.ReceivedOn != "" {
		facts = append(facts, locale.T(lang, "delivery.received", "date", dayWords(lang, x.ReceivedOn)))
	}
	if x.Reference != "" {
		facts = append(facts, locale.T(lang, "delivery.number", "reference", x.Reference))
	}
	if x.DueOn != "" {
		facts = append(facts, locale.T(lang, "delivery.due", "date", dayWords(lang, x.DueOn)))
	}
	if !x.Proven() {
		facts = append(facts, locale.T(lang, "delivery.unproven"))
	}
	if x.Note != "" {
		facts = append(facts, x.Note)
	}
	if x.Reason != "" {
		facts = append(facts, locale.T(lang, "delivery.corrected", "date", locale.Date(lang, x.RecordedAt), "reason", x.Reason))
	}
	return facts
}

func dayWords(lang, day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return locale.Date(lang, t)
}

func deliveryChannel(lang, channel string) string {
	switch channel {
	case "email":
		return locale.T(lang, "channel.email")
	case "post":
		return locale.T(lang, "delivery.by_post")
	case "hand":
		return locale.T(lang, "delivery.by_hand")
	}
	return locale.T(lang, "delivery.by_portal")
}
