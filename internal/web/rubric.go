package web

import (
	"context"
	"net/http"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/locale"
)

type rubricPage struct {
	page
	Tracks []rubricTrack
}

type rubricTrack struct {
	Name   string
	Values []rubricValue
}

type rubricValue struct{ Sign, Name, Means string }

// rubric says what each value of each track means.
func (s *Site) rubric(_ context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	p := rubricPage{page: s.newPage(lang, "/rubric", locale.T(lang, "rubric.title"), locale.T(lang, "rubric.lead"))}
	for _, t := range followup.Tracks {
		track := rubricTrack{Name: locale.Named(lang, wording.Tracks, t)}
		for _, v := range followup.Values[t] {
			value := rubricValue{Name: locale.Named(lang, wording.Values, v), Means: locale.Named(lang, valueMeanings, v)}
			if t == followup.TrackEvidenced {
				value.Sign = signOf(v)
			}
			track.Values = append(track.Values, value)
		}
		p.Tracks = append(p.Tracks, track)
	}
	out, err := s.render("rubric", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}
