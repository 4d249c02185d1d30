package web

import (
	"context"
	"net/http"
	"time"

	ics "github.com/arran4/golang-ical"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// calendar holds the days that matter for a letter, for the calendar of whoever
// follows it: its deadline, when answers, promises and pieces of the agenda are
// due, and the meetings.
func (s *Site) calendar(w http.ResponseWriter, r *http.Request, lang string) error {
	return s.serveCached(w, r, lang, r.URL.Path, s.drawCalendar)
}

const calendarType = "text/calendar; charset=utf-8"

func (s *Site) drawCalendar(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	c := &letterCalendar{cal: ics.NewCalendar(), uid: "@" + host(s.base), stamp: l.CreatedAt}
	c.cal.SetProductId("-//Pliego//" + lang)
	c.cal.SetName(text.Title)
	page := s.base + letterPath(lang, l)
	if !l.Deadline.IsZero() {
		c.add("deadline-"+l.Slug, l.Deadline, l.Deadline, locale.T(lang, "calendar.deadline", "title", text.Title), page)
	}
	deliveries, err := s.letters.Store.Deliveries(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, d := range deliveries {
		if a, ok := l.Addressee(d.Addressee); ok {
			name, _ := addresseeName(lang, a)
			c.due("answer-"+d.ID, followup.Date(d.DueOn), locale.T(lang, "calendar.answer", "addressee", name), page+"/delivery")
		}
	}
	if err := s.recordDays(ctx, c, l, lang); err != nil {
		return nil, err
	}
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	for _, f := range forums {
		c.meeting(f, lang, s.base)
	}
	return newDrawn(l.Slug, l.Version, s.now(), calendarType, []byte(c.cal.Serialize()))
}

// recordDays are those of the record and of the agenda.
func (s *Site) recordDays(ctx context.Context, c *letterCalendar, l *letter.Letter, lang string) error {
	page := s.base + letterPath(lang, l)
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return err
	}
	for _, i := range record.As(s.now(), s.now()).Items() {
		if a, ok := l.Addressee(i.Addressee); ok && i.Kind == followup.Commitment && !i.TakenDown {
			name, _ := addresseeName(lang, a)
			title, _ := i.Title.In(lang)
			c.due("commitment-"+i.ID, i.Due, locale.T(lang, "calendar.commitment", "addressee", name, "title", title), page+"/addressees/"+a.Key)
		}
	}
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	if err != nil {
		return err
	}
	for _, i := range agenda.Newest(s.now()) {
		if i.State != dialogue.Done && i.State != dialogue.Dropped {
			title, _ := i.In(lang)
			c.due("agenda-"+i.ID, i.Due, locale.T(lang, "calendar.agenda", "title", title), page+"/agenda/"+i.Slug())
		}
	}
	return nil
}

// letterCalendar gathers the days.
type letterCalendar struct {
	cal   *ics.Calendar
	uid   string // what ends every identifier
	stamp time.Time
}

// add writes days from first to last.
func (c *letterCalendar) add(id string, first, last time.Time, what, address string) {
	e := c.cal.AddEvent(id + c.uid)
	e.SetDtStampTime(c.stamp)
	e.SetAllDayStartAt(first)
	e.SetAllDayEndAt(last.AddDate(0, 0, 1)) // the first day that is no part of it (RFC 5545, 3.6.1)
	e.SetSummary(what)
	e.SetURL(address)
}

// due writes the last day of those that a date may mean; none writes nothing.
func (c *letterCalendar) due(id string, d followup.Date, what, address string) {
	if _, last, ok := d.Days(); ok {
		c.add(id, last, last, what, address)
	}
}

// meeting writes the days of a forum whose days are known.
func (c *letterCalendar) meeting(f dialogue.Forum, lang, base string) {
	first, err := time.Parse(time.DateOnly, f.From)
	if err != nil {
		return
	}
	last, err := time.Parse(time.DateOnly, f.To)
	if err != nil {
		last = first
	}
	c.add("forum-"+f.Key, first, last, f.NameIn(lang), base+"/"+lang+"/forums/"+f.Key)
}
