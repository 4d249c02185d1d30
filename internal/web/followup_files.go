package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"pliego/internal/evidence/outcome"
	"pliego/internal/followup"
)

// matrixRow is one cell in the files. The columns are the same in every
// language, so that a program can rely on them.
type matrixRow struct {
	Addressee  string          `json:"addressee"`
	Ask        string          `json:"ask"`
	Answer     followup.Value  `json:"answer"`
	Claimed    followup.Value  `json:"claimed"`
	Evidenced  followup.Value  `json:"evidenced"`
	Schedule   followup.Value  `json:"schedule"`
	Outcome    outcome.Verdict `json:"outcome"`
	Toward     int             `json:"acts_toward"`
	Against    int             `json:"acts_against"`
	Mixed      int             `json:"acts_mixed"`
	Unverified int             `json:"acts_unverified"`
	Newest     followup.Date   `json:"newest,omitempty"`
	Rubric     int             `json:"rubric,omitempty"` // of the evidenced track
	ByRule     bool            `json:"by_rule,omitempty"`
	URL        string          `json:"url"`
}

var matrixHeads = []string{
	"addressee", "ask", "answer", "claimed", "evidenced", "schedule", "outcome",
	"acts_toward", "acts_against", "acts_mixed", "acts_unverified", "newest", "rubric", "by_rule", "url",
}

func (m matrixRow) cells() []string {
	rubric, byRule := "", ""
	if m.Rubric > 0 {
		rubric, byRule = strconv.Itoa(m.Rubric), strconv.FormatBool(m.ByRule)
	}
	return []string{
		m.Addressee, m.Ask, string(m.Answer), string(m.Claimed), string(m.Evidenced), string(m.Schedule), string(m.Outcome),
		strconv.Itoa(m.Toward), strconv.Itoa(m.Against), strconv.Itoa(m.Mixed), strconv.Itoa(m.Unverified), string(m.Newest), rubric, byRule, m.URL,
	}
}

// matrixOf gives every cell of a letter, whether anything was recorded or not.
func (s *Site) matrixOf(r *http.Request, lang string) (slug string, d twoDays, rows []matrixRow, err error) {
	ctx, cancel := within(r)
	defer cancel()
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return "", d, nil, err
	}
	if d = s.daysOf(r); d.wrong {
		return "", d, nil, errBadRequest
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return "", d, nil, err
	}
	outcomes, err := s.outcomes(ctx, l, d)
	if err != nil {
		return "", d, nil, err
	}
	asks := askKeys(text)
	cells := record.As(d.on, d.known).Cells(asks)
	for _, a := range l.Addressees {
		for _, ask := range asks {
			at := followup.Cell{Addressee: a.Key, Ask: ask}
			row := matrixRowOf(at, cells[at], outcomes)
			row.URL = s.base + letterPath(lang, l) + "/follow-up/" + a.Key + "/" + ask + d.query()
			rows = append(rows, row)
		}
	}
	return l.Slug, d, rows, nil
}

// matrixRowOf is the row of a cell; c is nil where nothing was recorded.
func matrixRowOf(at followup.Cell, c *followup.CellStanding, outcomes map[followup.Cell]outcome.Verdict) matrixRow {
	if c == nil {
		c = followup.Empty()
	}
	row := matrixRow{
		Addressee: at.Addressee, Ask: at.Ask, Answer: c.Tracks[followup.TrackAnswer].Value, Claimed: c.Tracks[followup.TrackClaimed].Value,
		Evidenced: c.Tracks[followup.TrackEvidenced].Value, Schedule: c.Tracks[followup.TrackSchedule].Value, Outcome: outcome.NoData,
		Toward: c.Toward, Against: c.Against, Mixed: c.Mixed, Unverified: c.Unverified, Newest: c.Newest,
	}
	if v, ok := outcomes[at]; ok {
		row.Outcome = v
	}
	if i := c.Tracks[followup.TrackEvidenced].Item; i != nil {
		row.Rubric, row.ByRule = i.Rubric, i.ByRule
	}
	return row
}

// followUpCSV gives the matrix as a file, a row for each cell.
func (s *Site) followUpCSV(w http.ResponseWriter, r *http.Request, lang string) error {
	slug, _, rows, err := s.matrixOf(r, lang)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Cache-Control"] = revalidate
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+slug+`-follow-up.csv"`)
	out := csv.NewWriter(w)
	if err := out.Write(matrixHeads); err != nil {
		return err
	}
	for _, row := range rows {
		if err := out.Write(row.cells()); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// followUpJSON gives the same rows as JSON.
func (s *Site) followUpJSON(w http.ResponseWriter, r *http.Request, lang string) error {
	slug, d, rows, err := s.matrixOf(r, lang)
	if err != nil {
		return err
	}
	h := w.Header()
	h["Cache-Control"], h["Access-Control-Allow-Origin"] = revalidate, anyOrigin
	h.Set("Content-Type", "application/json; charset=utf-8")
	return json.NewEncoder(w).Encode(map[string]any{
		"letter": slug, "on": d.on.UTC().Format(time.DateOnly), "known": d.known.UTC().Format(time.RFC3339), "cells": rows,
	})
}
